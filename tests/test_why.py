"""The why-log: every event names its causes, shares add up, and the largest cause is the one whose removal matters most."""

import re
from datetime import date

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.mechanisms import pledging, territory
from model.mechanisms.scale import fighting, logistic
from model.state import KILLERS, LAND_TERMS, TERMS, Stance, Status
from model.why import causes as reasons
from model.why import events as events_of_week
from model.why import losses

KINDS = {
    "pledge", "acceptance", "broker_lost", "refusal", "defection", "secession", "splinter", "founding", "attack",
    "unsanctioned_attack", "expulsion", "merge", "split", "relocation", "headquarters_lost", "core_dead", "group_dead",
    "coalition", "reprisal", "outside_power", "phase", "timeline", "offensive_stance", "defensive_stance", "underground",
    "comeback", "town_taken", "town_lost", "taken_on",
    "obedience", "bargain", "hedge", "defence",
    "offensive", "offensive_won", "offensive_lost",
}  # fmt: skip
EARLY = {f"timeline.collapse_{what}.date": date(2014, 12, 1) for what in ("control", "fighters", "treasury")}
COLLAPSE = EARLY | {"timeline.collapse_control.amount": 1.0, "timeline.collapse_fighters.amount": 0.98}
HIDING = {"stances.comeback": 0.0, "stances.noise": 1.0, "mechanisms.territory.form": "diffusion"}
REFUSED = {"mechanisms.core.relocation": False}
FEW = {"groups.west.fighters": 4, "groups.west.holdings": [], "groups.west.treasury": 0.0, "groups.west.need": 1.0}
POOR = {"resources.recruitment": 2e-5, "resources.secret_recruiting": 0.001}
# Runs that bring forth all kinds of events between them, the rare ones by numbers at the ends of their ranges.
CUT = {"policy.phases.strike_and_train.effort": {"strike_core": 0.0, "sever_links": 0.8}}
RUNS = {
    "vengeful": ("levant_2014", {"weeks": 30, "violence.rate_sectarian": 6.0}, 1),
    "restless": ("essay_2016", {"weeks": 50, "foreign_fighters.return_rate": 0.01, "splintering.hazard": 0.05}, 1),
    "fleeing": ("core_collapse", COLLAPSE | {"weeks": 64, "pledging.secession_hazard": 0.2, "core.last_fighters": 20}, 1),
    "ending": ("core_collapse", COLLAPSE | REFUSED | {"weeks": 30, "core.last_fighters": 2000}, 1),
    "hiding": ("core_collapse", COLLAPSE | REFUSED | HIDING | {"weeks": 44, "core.last_fighters": 20}, 1),
    "town": ("darnah_2014", {"weeks": 50}, 0),
    "cut": ("essay_2016", CUT | {"weeks": 20}, 1),
    "quarrelling": ("essay_2016", {"weeks": 60, "links.cohesion": 1.0, "links.split_hazard": 0.04, "core.prestige": 0.2}, 1),
    "dwindling": ("synthetic_plane", FEW | POOR | {"weeks": 60, "resources.desertion": 0.15}, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def results():
    return {name: Simulation(load_scenario(of, overrides=over), seed).run() for name, (of, over, seed) in RUNS.items()}


def events(results, kind):
    return [event for result in results.values() for event in result.event_list if event.kind == kind]


def largest(causes):
    """The cause that spoke for what happened with the largest share."""
    return max(causes, key=causes.get)


def test_the_runs_bring_forth_every_kind_of_event(results):
    assert {event.kind for result in results.values() for event in result.event_list} == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_event_names_causes_whose_shares_add_up_to_at_most_one(results, kind):
    for event in events(results, kind):
        assert event.causes, event
        assert sum(abs(share) for share in event.causes.values()) <= 1 + 0.0005 * len(event.causes), event
        assert max(event.causes.values()) > 0, event
        assert all(abs(share) >= 0.02 for share in event.causes.values()), event


def test_causes_are_told_largest_first(results):
    for result in results.values():
        for event in result.event_list:
            sizes = [abs(share) for share in event.causes.values()]
            assert sizes == sorted(sizes, reverse=True), event


def test_shares_are_signed_parts_of_the_absolute_sum_without_the_smallest():
    assert reasons.shares({"a": 3.0, "b": -1.0, "c": 0.0, "d": 0.01}) == {"a": 0.748, "b": -0.249}
    assert reasons.shares({"a": 0.0}) == {}


@pytest.mark.parametrize("week", [1, 20, 45])
def test_without_its_largest_cause_the_hazard_of_a_pledge_falls_most(week):
    simulation = Simulation(load_scenario("levant_2014", overrides={"weeks": 60}), seed=1)
    for _ in range(week):
        simulation.step()
    state = simulation.state
    pledging.draw_decisions(state)
    p = state.parameters.pledging
    free = np.flatnonzero(state.present & ~state.provinces & ~state.pledged)[1:]
    assert len(free)
    for row in free:
        without = {
            name: float(logistic((state.utility[row] - term - p.threshold) / p.steepness))
            for name, term in zip(TERMS, state.appeal[row], strict=True)
        }
        assert largest(reasons.membership(state, row, "pledge")) == min(without, key=without.get)


def test_what_spoke_for_a_pledge_speaks_against_a_refusal_and_a_defection(results):
    for kind in ("refusal", "defection"):
        for event in events(results, kind):
            assert event.causes.get("conviction", 0.0) <= 0, event
            assert event.causes.get("threshold", 1.0) > 0, event


def test_a_better_link_has_a_larger_share_in_an_acceptance(results):
    known = [(event.causes.get("link", 0.0), event.cause) for event in events(results, "acceptance")]
    known.sort()
    weeks = [int(re.search(r"takes about (\d+) week", cause)[1]) for _, cause in known]
    assert weeks == sorted(weeks, reverse=True)


def test_a_country_joins_over_attacks_or_land_and_without_the_larger_its_threat_falls_most(results):
    event = next(event for event in results["vengeful"].event_list if event.kind == "coalition")
    quiet = {"attacks": {"government.alarm_attacks": 0.02}, "land_lost": {"government.alarm_territory": 2.0}}
    threat = {}
    for name, over in quiet.items():
        scenario = load_scenario("levant_2014", overrides=RUNS["vengeful"][1] | over | {"weeks": event.week + 1})
        simulation = Simulation(scenario, seed=1)
        simulation.run()
        threat[name] = simulation.state.threat[simulation.state.countries.index(event.country)]
    assert min(threat, key=threat.get) == largest(event.causes)


def test_a_declining_province_loses_its_land_to_the_terms_of_the_equation_and_its_earlier_losses_fade():
    simulation = Simulation(load_scenario("levant_2014", policy="core_only", overrides={"resolution": 1.0}), seed=1)
    for _ in range(20):
        simulation.step()
    state = simulation.state
    row = int(np.argmax(state.provinces * state.people_held))
    p, records = state.parameters.reporting, (state.organisation_records, state.country_records)
    state.most_people[:] = state.people_held
    state.most_people[row] = 4 * state.people_held[row] + p.large_people
    p.expelled = 0.3
    cells, expected = state.active_cells[row, : state.active_count[row]], np.zeros(len(LAND_TERMS))
    for _ in range(2):
        declines, _, _ = kernels.find_news(*records, p.record)
        assert declines
        assert losses.of_provinces(state) == 1
        losses.of_land(state, row, cells[state.control[row, cells] > 0], expected)
        assert state.land_lost[row].tolist() == expected.tolist()
        assert not np.delete(state.land_lost, row, axis=0).any()
    p.declining = 0.1
    declines, _, _ = kernels.find_news(*records, p.record)
    assert not declines
    assert not state.land_lost.any()


def test_land_that_a_group_lost_before_it_was_a_province_is_no_expulsion():
    simulation = Simulation(load_scenario("levant_2014", overrides={"resolution": 1.0}), seed=1)
    simulation.step()
    state = simulation.state
    row = next(row for row in range(1, len(state.names)) if state.present[row] and not state.provinces[row])
    state.most_people[row] = state.people_held[row] = 1e6
    for status in (Status.INDEPENDENT, Status.PROVINCE):
        state.people_held[row] /= 100
        state.status[row] = status
        declines, _, _ = kernels.find_news(*records(state))
        assert not declines
    state.most_people[row] = 1e6
    assert kernels.find_news(*records(state))[0]


def test_what_a_province_underground_gives_up_itself_and_people_who_left_are_named():
    simulation = Simulation(load_scenario("levant_2014", policy="core_only", overrides={"resolution": 1.0}), seed=1)
    for _ in range(20):
        simulation.step()
    state = simulation.state
    row = int(np.argmax(state.provinces * state.people_held))
    state.most_people[:] = state.people_held
    state.most_people[row] = 1e9
    state.control[row] = state.people_held[row] = 0.0  # no ground on which a force could have taken anything
    for stance, cause in ((Stance.UNDERGROUND, "given_up"), (Stance.HOLD, "people_left")):
        state.stance[row], state.most_people[row], state.land_lost[row] = stance, 1e9, 0.0
        simulation.state.events.clear()
        events_of_week.write(state, [], [])
        event = next(event for event in state.events if event.kind == "expulsion")
        assert event.causes == {cause: 1.0}


def records(state):
    return state.organisation_records, state.country_records, state.parameters.reporting.record


def test_the_town_is_lost_to_rivals_and_unwilling_people_and_without_them_it_is_kept(results):
    event = next(event for event in results["town"].event_list if event.kind == "expulsion")
    assert {"rivals", "resistance"} <= set(list(event.causes)[:4])
    for over in ({"mechanisms.rivalry": False}, {"territory.resistance": 0.0}):
        kept = Simulation(load_scenario("darnah_2014", overrides={"weeks": event.week + 10} | over), seed=0).run()
        assert not [each for each in kept.event_list if each.kind == "expulsion"]


def test_what_the_timeline_took_is_named_where_headquarters_fall_and_the_core_ends(results):
    lost = [event for event in results["ending"].event_list if event.kind == "headquarters_lost" and event.week > 20]
    assert lost
    assert all(largest(event.causes) == "timeline" for event in lost)
    end = next(event for event in results["ending"].event_list if event.kind == "core_dead")
    assert largest(end.causes) == "timeline"


def test_the_fighters_of_a_group_without_money_desert_it(results):
    dead = next(event for event in results["dwindling"].event_list if event.kind == "group_dead")
    assert dead.organisation == "west"
    assert largest(dead.causes) == "deserted"


@pytest.mark.parametrize(("scenario", "name"), [("levant_2014", "core"), ("darnah_2014", "mssi_derna")])
def test_fighters_killed_by_strikes_ground_and_rivals_add_up_to_those_that_attrition_took(scenario, name):
    simulation = Simulation(load_scenario(scenario, overrides={"weeks": 30}), seed=2)
    state, killed, by = simulation.state, 0.0, np.zeros(len(KILLERS))
    row = state.names.index(name)
    for _ in range(30):
        simulation.step()
        assert state.killed_by.sum(axis=1) == pytest.approx(state.killed, abs=1e-9)
        killed += float(state.killed.sum())
        by += state.killed_by[row]
    assert killed == state.accounts["fighters_killed"] > 0
    assert largest(dict(zip(KILLERS, by, strict=True))) == {"core": "strikes", "mssi_derna": "rivals"}[name]


def terms_of_cells(state, families, chosen):
    """Terms of the territory equation of organisations in cells, (organisations, cells, terms of the equation)."""
    terms = np.zeros((*state.control.shape, LAND_TERMS.index("given_up")))
    for row, cell in chosen:
        kernels.lose_cells(
            row, np.array([cell], np.uint32), (state.organisation_records, state.country_records), state.cells,
            state.ground, state.sectors, state.spreading, state.switches, families, terms[row, cell],
        )  # fmt: skip
    return terms


@pytest.mark.parametrize("form", ["pressure", "diffusion"])
def test_what_takes_land_adds_up_to_the_change_by_the_territory_equation(form):
    over = {"weeks": 60, "mechanisms.territory.form": form}
    simulation = Simulation(load_scenario("levant_2014", overrides=over), seed=1)
    for _ in range(30):
        simulation.step()
    state = simulation.state
    families = fighting(state)
    kernels.sum_control(state.cells, state.camp.copy())
    territory.flow(state)
    state.stretch[:] = state.people_held  # which a week of fronts moves before anything else
    before = state.control.copy()
    chosen = np.argwhere((before > 1e-2) & (before < 0.9))
    terms = terms_of_cells(state, families, chosen)
    records = state.organisation_records, state.country_records
    if form == "diffusion":
        kernels.advance_territory(
            *records, state.cells, state.ground, state.spreading, 1, state.switches, *families[:3]
        )
    else:
        kernels.advance_fronts(
            *records, state.cells, state.ground, state.sectors, state.spreading, 1, state.luck, state.switches, families
        )
    looked_at = 0
    for row, cell in chosen:
        full = before[:, cell].sum() > 0.99  # where newcomers may have been given a share
        if cell not in state.home and 0 < state.control[row, cell] < 1 and not full:  # no foothold, no limit
            change = state.control[row, cell] / before[row, cell] - 1
            assert -terms[row, cell].sum() == pytest.approx(change, rel=1e-6, abs=1e-9)
            looked_at += 1
    assert looked_at > 50


def test_of_refuges_the_choice_is_explained_against_the_next_best():
    state = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 2}), seed=0).state
    state.quality[1:3], state.people_held[1:3] = (0.8, 0.2), (1000.0, 9000.0)
    worth = np.zeros(state.organisations)
    worth[1:3] = state.quality[1:3] * (state.people_held[1:3] + 1000)
    best = int(np.argmax(worth))
    causes = reasons.refuge(state, worth, best)
    assert causes["people_held"] == pytest.approx(np.log(5) / np.log(20), abs=1e-3)
    assert causes["link"] == pytest.approx(-np.log(4) / np.log(20), abs=1e-3)
    worth[3 - best] = 0.0
    assert reasons.refuge(state, worth, best) == {"only_refuge": 1.0}
