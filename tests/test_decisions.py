"""What makes groups pledge, refuse, split and leave: signs of each term, limits of each hazard."""

import pytest
from made_up_states import EAST, WEST, bisected, fortune, plane, setting, switched, sworn

from model.mechanisms import pledging
from model.mechanisms.pledging import Decision
from model.state import CORE, TERMS

STAY = {"pledge": 0.999999, "refuse": 0.999999, "splinter": 0.999999, "defect": 0.999999, "secede": 0.999999}


def chance(decision, draw, row, prepare, **overrides):
    state = plane(**overrides)
    prepare(state)
    return bisected(lambda at: pledging.draw_decisions(fortune(state, **STAY | {draw: at}))[row] == decision)


def split(ambition=0.4, lead=0.3, fighters=500.0, label=True, **overrides):
    def prepare(state):
        state.hub_prestige[:] = 0.4
        state.prestige = 0.4 + lead
        state.ambition[WEST], state.local_fighters[WEST] = ambition, fighters
        state.refused[:] = True

    return chance(Decision.SPLIT, "splinter", WEST, prepare, **switched(splintering__label=label), **overrides)


SPLITTING = {"splintering.hazard": 0.5, "splintering.cost": 0.6, "splintering.unambitious": 0.4}


def test_ambitious_leaders_split_sooner_and_without_ambition_a_stated_share_does():
    chances = [split(ambition, **SPLITTING) for ambition in (0.0, 0.5, 1.0)]
    assert 0 < chances[0] < chances[1] < chances[2]
    assert chances[0] == pytest.approx(0.4 * chances[2], rel=1e-3)
    assert chances[1] == pytest.approx((chances[0] + chances[2]) / 2, rel=1e-3)


def test_a_faction_leaves_for_a_core_that_stands_above_its_hub_and_only_then():
    assert split(lead=0.0, **SPLITTING) == pytest.approx(0, abs=1e-5)
    assert split(lead=-0.2, **SPLITTING) == pytest.approx(0, abs=1e-5)
    one, two = (split(lead=lead, label=False, **SPLITTING) for lead in (0.2, 0.4))
    assert two == pytest.approx(2 * one, rel=1e-3)


def test_splitting_is_cheaper_the_more_the_label_counts():
    free, dear = (split(lead=0.2, **SPLITTING | {"splintering.cost": cost}) for cost in (0.0, 1.0))
    assert dear == pytest.approx(0.6 * free, rel=1e-3)  # at a label of 0.6 of splitting at no cost


def test_only_bands_of_a_stated_size_and_of_a_hub_split_and_only_with_the_switch():
    assert split(fighters=49.0, **SPLITTING | {"splintering.least_fighters": 50.0}) == pytest.approx(0, abs=1e-5)
    assert split(fighters=50.0, **SPLITTING | {"splintering.least_fighters": 50.0}) > 0.01
    assert split(**SPLITTING, **switched(splintering=False)) == pytest.approx(0, abs=1e-5)
    state = fortune(plane(**SPLITTING), **STAY | {"splinter": 0.0})
    state.hub[:], state.prestige = -1, 1.0
    assert Decision.SPLIT not in pledging.draw_decisions(state)


def appeal(term, prepare=lambda state: None, row=EAST, **overrides):
    state = plane(**overrides)
    prepare(state)
    pledging.draw_decisions(state)
    assert state.utility == pytest.approx(state.appeal.sum(axis=1))
    return float(state.appeal[row, TERMS.index(term)])


@pytest.mark.parametrize(
    ("term", "field", "low", "high", "sign", "row"),
    [
        ("conviction", "conviction", 0.2, 0.9, 1, EAST),
        ("conviction", "prestige", 0.2, 0.9, 1, EAST),
        ("aid", "need", 0.2, 0.9, 1, EAST),
        ("aid", "quality", 0.2, 0.9, 1, EAST),
        ("aid", "treasury", 1e6, 1e9, 1, EAST),
        ("ambition", "ambition", 0.2, 0.9, 1, EAST),
        ("ambition", "prestige", 0.2, 0.9, 1, EAST),
        ("rival_hub", "hub_tie", 0.2, 0.9, -1, WEST),
        ("rival_hub", "hub_prestige", 0.2, 0.9, -1, WEST),
        ("strikes", "strikes", 0.2, 0.9, -1, EAST),
        ("local_cost", "anti_foreign", 0.2, 0.9, -1, EAST),
        ("refusal", "refused", False, True, -1, EAST),
    ],
)
def test_each_term_of_belonging_has_its_sign(term, field, low, high, sign, row):
    linked = {"quality": 0.5} if term == "aid" else {}
    less, more = (appeal(term, setting(**linked | {field: value}), row) for value in (low, high))
    assert (more - less) * sign > 0
    assert more * sign >= 0


@pytest.mark.parametrize(
    ("term", "switch"),
    [("aid", "aid"), ("ambition", "pledging__ambition"), ("rival_hub", "pledging__rival_hub"),
     ("contagion", "pledging__contagion")],
)  # fmt: skip
def test_a_term_that_is_switched_off_weighs_nothing(term, switch):
    row = WEST if term == "rival_hub" else EAST
    prepare = (lambda state: sworn(state, WEST)) if term == "contagion" else setting(quality=0.5)
    assert appeal(term, prepare, row) != 0
    assert appeal(term, prepare, row, **switched(**{switch: False})) == 0


def test_without_conviction_all_groups_have_a_middling_one():
    off = switched(pledging__conviction=False)
    values = [appeal("conviction", setting(conviction=each), **off) for each in (0.1, 0.9)]
    state = plane()
    p = state.parameters.pledging
    assert values[0] == values[1]
    assert values[0] == pytest.approx(p.conviction * p.middling_conviction * state.prestige)


def test_a_province_counts_the_aid_that_came_and_others_the_riches_within_reach():
    got = [appeal("aid", lambda state, usd=usd: (sworn(state, EAST), setting(aid_received=usd)(state)))
           for usd in (0.0, 1e5, 1e9)]  # fmt: skip
    assert got[0] == 0 < got[1] < got[2]
    assert got[2] == pytest.approx(plane().parameters.pledging.need * 0.6, rel=0.01)  # saturates at weight x need
    assert appeal("aid", setting(aid_received=1e9, quality=0.0)) == 0


def test_under_the_rival_finding_land_counts_from_a_stated_number_of_people_on():
    p = plane().parameters.pledging
    on = {"rivals.strong_pledge_first": True}
    prepared = [setting(people_held=people, ambition=0.0) for people in (0.0, p.territory_people, 1e15)]
    values = [appeal("ambition", each, **on) for each in prepared]
    assert values == pytest.approx([-p.territory_bonus / 2, 0.0, p.territory_bonus / 2], abs=1e-6)
    assert appeal("ambition", prepared[2]) == 0


def test_protection_is_for_members_with_a_link():
    assert appeal("protection", setting(quality=0.8)) == 0
    for quality in (0.0, 0.5):
        found = appeal("protection", lambda state, quality=quality: sworn(state, EAST, quality=quality))
        assert found == pytest.approx(plane().parameters.pledging.protection * quality)


def test_a_member_that_hears_nothing_believes_less_in_the_label():
    def member(trust):
        return lambda state: (sworn(state, EAST), setting(trust=trust)(state))

    trusting, doubting = (appeal("conviction", member(trust)) for trust in (1.0, 0.0))
    assert doubting == pytest.approx(trusting * (1 - plane().parameters.pledging.silent_label))
    assert doubting < trusting


def test_strikes_on_members_deter_those_who_stand_outside():
    def struck(state):
        sworn(state, WEST).strikes[:] = 0.0
        state.strikes[WEST] = 0.6

    p = plane().parameters.pledging
    assert appeal("strikes", struck) == pytest.approx(-p.strikes * 0.6)
    assert appeal("strikes", struck, **switched(targeting__salience=False)) == 0
    core = setting(strikes=[0.5] + [0.0] * 8)
    assert appeal("strikes", core) == pytest.approx(-p.strikes * p.expected_strikes * 0.5)


def pledge(utility, **overrides):
    def prepare(state):
        state.parameters.pledging.threshold = -utility + _utility()
        state.refused[:] = False

    return chance(Decision.PLEDGE, "pledge", EAST, prepare, **overrides)


def _utility():
    state = plane()
    pledging.draw_decisions(state)
    return float(state.utility[EAST])


def test_a_pledge_is_half_as_likely_as_it_can_be_where_belonging_is_worth_the_threshold():
    hazards = {"pledging.hazard": 0.8, "pledging.steepness": 0.1}
    chances = [pledge(above, **hazards) for above in (-5.0, -0.1, 0.0, 0.1, 5.0)]
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0, abs=1e-5)
    assert chances[2] == pytest.approx(0.4, rel=1e-3)
    assert chances[4] == pytest.approx(0.8, rel=1e-3)
    assert chances[1] + chances[3] == pytest.approx(0.8, rel=1e-3)


def test_nobody_joins_a_loser():
    def loser(state):
        state.success[CORE] = 0.5
        state.parameters.pledging.threshold = -10.0

    assert chance(Decision.PLEDGE, "pledge", EAST, loser, **{"pledging.hazard": 0.8}) == pytest.approx(0.4, rel=1e-3)


def refuse(tie, utility, threshold=0.0):
    def prepare(state):
        state.hub_tie[:] = tie
        state.parameters.pledging.threshold = threshold + utility

    settings = {"pledging.refusal_hazard": 0.5, "pledging.firm_tie": 0.5, "pledging.untied_refusal": 0.2}
    return chance(Decision.REFUSE, "refuse", EAST, prepare, **settings)


def test_a_group_refuses_in_public_where_the_label_is_worth_little_and_sooner_if_tied_to_a_hub():
    assert refuse(1.0, 10.0) == pytest.approx(0.5, rel=1e-3)
    assert refuse(0.5, 10.0) == pytest.approx(0.1, rel=1e-3)
    assert refuse(1.0, -10.0) == pytest.approx(0, abs=1e-5)


def leave(decision, draw, prepare=lambda state: None, discontent=0.0, **overrides):
    def ready(state):
        sworn(state, EAST)
        state.week, state.parameters.pledging.patience = 1, 1e12
        state.discontent[EAST] = discontent
        prepare(state)

    return chance(decision, draw, EAST, ready, **overrides)


def test_discontent_makes_provinces_defect():
    settings = {"pledging.hazard": 0.6, "pledging.steepness": 0.1}
    chances = [leave(Decision.DEFECT, "defect", discontent=level, **settings) for level in (-5.0, 0.0, 5.0)]
    assert chances == pytest.approx([0.0, 0.3, 0.6], abs=1e-3)


@pytest.mark.parametrize(("silence", "expected"), [(0.0, 0.0), (5.0, 0.25), (10.0, 1.0), (30.0, 1.0)])
def test_a_province_leaves_a_core_that_is_no_more_the_sooner_the_longer_it_hears_nothing(silence, expected):
    def orphan(state):
        state.core_alive, state.silence[EAST] = False, silence

    settings = {"pledging.hazard": 0.0, "pledging.orphan_weeks": 10.0}
    assert leave(Decision.DEFECT, "defect", orphan, **settings) == pytest.approx(expected, abs=1e-3)


def secede(fighters=6000.0, alignment=0.5, discontent=0.0, **switches):
    def ready(state):
        state.local_fighters[EAST], state.foreign_fighters[EAST] = fighters, 0.0
        state.alignment[EAST] = alignment

    settings = {"pledging.secession_hazard": 0.5, "pledging.secession_worth": 0.5, "pledging.steepness": 0.2}
    return leave(Decision.SECEDE, "secede", ready, discontent, **settings, **switched(**switches))


def test_strong_stray_and_discontented_provinces_secede():
    assert secede(fighters=1000.0) < secede(fighters=6000.0) < secede(fighters=60000.0)
    assert secede(alignment=0.9) < secede(alignment=0.1)
    assert secede(discontent=-1.0) < secede(discontent=0.0) < secede(discontent=1.0)
    assert secede(alignment=1.0) == pytest.approx(0.5 * 0.5 / 2, rel=1e-3)  # half as strong as both, of two minds
    assert secede(secession=False) == pytest.approx(0, abs=1e-5)


def test_secession_comes_before_defection_and_a_pledge_before_a_refusal_or_a_split():
    state = fortune(plane(), **dict.fromkeys(STAY, 0.0))
    sworn(state, EAST)
    state.prestige = 0.9
    chosen = pledging.draw_decisions(state)
    assert chosen[[EAST, WEST]].tolist() == [Decision.SECEDE, Decision.PLEDGE]
    assert not chosen[[CORE, *range(3, 9)]].any()


def test_nobody_decides_without_the_switch_and_outsiders_do_not_once_the_core_is_dead():
    state = fortune(plane(**switched(pledging=False)), **dict.fromkeys(STAY, 0.0))
    assert not pledging.draw_decisions(state).any()
    state = fortune(plane(), **dict.fromkeys(STAY, 0.0))
    state.core_alive = False
    assert not pledging.draw_decisions(state).any()
    state = fortune(plane(), **dict.fromkeys(STAY, 0.0))
    state.pledged[EAST] = state.refused[WEST] = True
    assert pledging.draw_decisions(state)[EAST] == Decision.NONE


def moved(discontent, week=1, province=True, silence=0.0, **overrides):
    state = plane(**overrides)
    if province:
        sworn(state, EAST)
    state.discontent[EAST], state.silence[EAST], state.week = discontent, silence, week
    pledging.draw_decisions(state)
    return float(state.discontent[EAST]), state


def test_discontent_is_what_belonging_falls_short_of_and_provinces_come_to_it_slowly():
    at_once, state = moved(9.0, province=False)
    p = state.parameters.pledging
    assert at_once == pytest.approx(p.threshold - p.loyalty - state.utility[EAST])
    due, state = moved(9.0, week=0)
    assert due == pytest.approx(p.threshold - p.loyalty - state.utility[EAST])
    assert moved(9.0, silence=1.0, week=0)[0] == pytest.approx(due + p.silence)
    assert moved(9.0)[0] == pytest.approx(9.0 + (due - 9.0) / p.patience)


def test_near_peers_count_for_more_than_far_ones():
    def joined(row):
        def prepare(state):
            state.present[3], state.home[3] = True, state.home[EAST] + 1  # next to the eastern group
            state.status[row], state.cache["peers"] = 2, None

        return prepare

    near, far = (appeal("contagion", joined(row), **{"pledging.contagion_km": 500.0}) for row in (3, WEST))
    assert near > far > 0
