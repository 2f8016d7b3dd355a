"""Reasons are said in words: names for readers, singular and plural, numbers with separators, nothing without a meaning."""

import re

import pytest
from made_up_states import EAST, WEST, plane

from model import Simulation, load_scenario
from model.mechanisms import communication
from model.why import causes as reasons

SENSELESS = r"dose|utility|quality|memory|spot \d|[+-]\d|\d\.\d\d(?! million)|_"


def test_what_spoke_for_and_against_is_told_apart():
    assert (
        reasons.words({"rival_hub": 0.6, "aid": -0.4}) == "its ties to a rival hub 60%; against it: the core's aid 40%"
    )
    assert reasons.words({"aid": -1.0}) == "against it: the core's aid 100%"
    titled = reasons.words({"east": 0.5, "spread": 0.5}, titles={"east": "Eastern group"})
    assert titled == "Eastern group 50%, its spread 50%"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1.0, "1 week"),
        (0.0, "no weeks"),
        (12.3, "12 weeks"),
        (543_820, "544,000 weeks"),
        (1_927_327, "1.93 million weeks"),
    ],
)
def test_numbers_of_things_have_singular_plural_and_separators(number, said):
    assert reasons.counted(number, "week") == said


@pytest.mark.parametrize("policy", ["core_only", "sever_links"])
def test_every_cause_of_a_run_is_said_in_words_without_numbers_that_mean_nothing(policy):
    scenario = load_scenario("levant_2014", policy, {"resolution": 1.0, "weeks": 100})
    for event in Simulation(scenario, seed=2).run().event_list:
        assert not re.search(SENSELESS, event.cause), event.cause
        assert not re.search(r"\b1 (weeks|people|travellers|fighters)|\d{4,}", event.cause), event.cause


@pytest.mark.parametrize(
    ("had", "left", "said"),
    [
        (1, 0, "its only one was found"),
        (2, 1, "1 of 2 is left"),
        (3, 2, "2 of 3 are left"),
        (3, 0, "none of 3 is left"),
    ],
)
def test_a_broker_that_was_found_is_told_with_those_who_are_left_and_what_found_it(had, left, said):
    state = plane()
    before = state.brokers.copy()
    before[EAST], state.brokers[EAST], state.sever[EAST] = had, left, 1.0
    communication._note_lost_brokers(state, before)
    (event,) = state.events
    assert (event.kind, said in event.cause, list(event.causes)) == ("broker_lost", True, ["severing"])
    p = state.parameters.communication
    assert event.causes["severing"] == pytest.approx(p.sever_brokers / (p.sever_brokers + p.broker_loss), abs=1e-3)


def test_brokers_that_leave_by_themselves_or_are_new_are_not_told():
    state = plane()
    before = state.brokers.copy()
    before[EAST] = state.brokers[EAST] + 1  # gone, but nobody looked for it
    communication._note_lost_brokers(state, before)
    state.sever[WEST], before[EAST] = 1.0, state.brokers[EAST]
    before[WEST] = state.brokers[WEST] - 1  # looked for, and there is one more
    communication._note_lost_brokers(state, before)
    assert not state.events
