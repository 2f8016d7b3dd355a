"""The shipped scenarios and policies: complete, sourced, consistent, and free of later knowledge."""

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import scenarios
from model.scenario import load_scenario
from model.scenario.schema import Holding, Scenario
from model.theatre import Theatre, load_theatre, region_countries

FOLDER = Path(scenarios.__file__).parent
HISTORICAL = ("levant_2014", "essay_2016")
PRECEDENTS = ("awakening_2006", "saudi_2003", "darnah_2014")
RUNNABLE = (*HISTORICAL, *PRECEDENTS, "core_collapse", "synthetic_plane")
POLICIES = sorted(path.stem for path in (FOLDER / "policies").glob("*.toml"))
SPENDING = [name for name in POLICIES if name != "no_intervention"]
INTERVENTION = date(2014, 8, 8)
ESSAY = date(2016, 1, 1)
JUDGED = ("conviction", "ambition", "need", "brutality")
UNMEASURED = {"name", "source"}
SOURCED_FILES = ("governments_2014", "groups_2014_africa", "levant_2014", "partners_2014")


def held(theatre: Theatre, holdings: list[Holding]) -> np.ndarray:
    """Control of one organisation by cell: flat to half the radius, then falling to none."""
    control = np.zeros(len(theatre.people))
    for holding in holdings:
        cells, distance = theatre.disc(holding.lat, holding.lon, holding.radius_km)
        control[cells] = np.maximum(
            control[cells], holding.control * np.minimum(1, 2 * (1 - distance / holding.radius_km))
        )
        nearest = theatre.nearest_cell(holding.lat, holding.lon)
        control[nearest] = max(control[nearest], holding.control)
    return control


def core_at_start(scenario: Scenario) -> tuple[Theatre, np.ndarray]:
    """The theatre of a scenario and the core's control in it."""
    theatre = load_theatre(scenario)
    return theatre, held(theatre, scenario.core.holdings)


def sources_of(*files: str) -> dict[str, str]:
    """The [sources] tables of files, merged."""
    merged: dict[str, str] = {}
    for file in files:
        merged |= tomllib.loads((FOLDER / f"{file}.toml").read_text(encoding="utf-8"))["sources"]
    return merged


def efforts_on(scenario: Scenario, day: date) -> dict[str, float]:
    """Shares of effort over levers on a day, from the policy's phases (end excluded)."""
    shares: dict[str, float] = {}
    for phase in scenario.policy.phases.values():
        assert isinstance(phase.start, date)
        assert phase.end is None or isinstance(phase.end, date)
        if phase.start <= day and (phase.end is None or day < phase.end):
            for part in phase.parts:
                shares[part.lever] = shares.get(part.lever, 0.0) + part.share
    return shares


@pytest.mark.parametrize("name", HISTORICAL)
def test_every_country_of_the_region_has_a_government(name: str) -> None:
    governments = load_scenario(name).governments
    assert len(governments) == 59
    assert set(governments) == set(region_countries())


@pytest.mark.parametrize("name", HISTORICAL)
def test_there_are_twenty_three_groups_at_home_in_the_region(name: str) -> None:
    scenario = load_scenario(name)
    assert len(scenario.groups) == 23
    assert {group.country for group in scenario.groups.values()} <= set(scenario.governments)
    assert {group.hub for group in scenario.groups.values()} <= {"", *scenario.hubs}
    assert {group.parent for group in scenario.groups.values()} <= {"", *scenario.groups}


def test_no_group_is_a_province_when_mosul_falls() -> None:
    groups = load_scenario("levant_2014").groups.values()
    assert {group.status for group in groups} == {"independent", "rival_franchise"}
    assert all(group.hub for group in groups if group.status == "rival_franchise")


def test_the_provinces_accepted_by_the_end_of_2015_are_provinces_when_the_essay_starts() -> None:
    groups = load_scenario("essay_2016").groups
    provinces = {name for name, group in groups.items() if group.status == "province"}
    libya = {"libya_10nov", "mssi_derna"}
    others = {"jak_dza", "abm_sinai", "yemen_10nov", "saudi_10nov", "khorasan_ttp", "boko_haram", "caucasus"}
    assert provinces == libya | others
    assert 2000 <= sum(groups[name].fighters for name in libya) <= 3000


@pytest.mark.parametrize("name", HISTORICAL)
def test_judgements_on_groups_keep_to_the_coarse_scale(name: str) -> None:
    for group in load_scenario(name).groups.values():
        assert {getattr(group, figure) for figure in JUDGED} <= {0.2, 0.4, 0.6, 0.8}, group.name


@pytest.mark.parametrize("name", RUNNABLE)
def test_shares_of_religions_and_exclusion_are_consistent(name: str) -> None:
    for iso3, government in load_scenario(name).governments.items():
        assert government.sunni_share + government.shia_share <= 1.01, iso3
        assert government.discriminated_share <= government.excluded_share + 0.01, iso3


def test_every_figure_of_a_government_has_a_source() -> None:
    sources = sources_of("governments_2014")
    figures = set(type(load_scenario("levant_2014").governments["IRQ"]).model_fields) - UNMEASURED
    assert {f"governments.{figure}" for figure in figures} == set(sources)
    assert all(sources.values())


def test_every_table_of_an_organisation_an_ally_or_an_event_has_a_source() -> None:
    for name in RUNNABLE:
        scenario = load_scenario(name)
        tables = [scenario.core, *scenario.hubs.values(), *scenario.groups.values(), *scenario.allies.values()]
        tables += scenario.partners.values()
        for table in (*tables, *scenario.timeline.values()):
            assert table.source, f"{name}: {table}"


def test_every_kind_of_figure_in_other_tables_has_a_source() -> None:
    sources = sources_of(*SOURCED_FILES)
    groups = {*JUDGED, "fighters", "foreign_share", "treasury", "hub_tie", "skill", "envoys", "media", "holdings"}
    core = {"holdings", "local_fighters", "foreign_fighters", "treasury", "prestige", "brutality", "skill"}
    allies = {"effort", "reach", "neighbours", "threat", "diaspora"}
    wanted = {f"groups.{figure}" for figure in groups} | {f"core.{figure}" for figure in core}
    wanted |= {f"allies.{figure}" for figure in allies} | {"areas.share", "areas.radius_km"}
    wanted |= {f"partners.{figure}" for figure in ("soldiers", "skill", "homelands", "start", "sponsors")}
    assert wanted <= set(sources)


@pytest.mark.parametrize("name", RUNNABLE)
def test_holdings_of_all_organisations_together_stay_within_one(name: str) -> None:
    scenario = load_scenario(name)
    theatre, total = core_at_start(scenario)
    total = total + sum(held(theatre, group.holdings) for group in scenario.groups.values() if group.present)
    assert total.max() <= 1.0


@pytest.mark.parametrize("name", HISTORICAL)
def test_the_core_holds_six_to_ten_million_people_in_iraq_and_syria_at_the_start(name: str) -> None:
    theatre, control = core_at_start(load_scenario(name))
    assert 6e6 <= control @ theatre.people <= 10e6
    countries = {theatre.countries[theatre.country[cell]] for cell in np.flatnonzero(control)}
    assert countries == {"IRQ", "SYR"}


def test_the_core_holds_sixty_to_ninety_thousand_square_kilometres_when_mosul_falls() -> None:
    theatre, control = core_at_start(load_scenario("levant_2014"))
    assert 60e3 <= control @ theatre.area_km2 <= 90e3


def test_the_core_of_january_2016_has_the_area_and_strength_reported_for_2015() -> None:
    scenario = load_scenario("essay_2016")
    theatre, control = core_at_start(scenario)
    assert control @ theatre.area_km2 == pytest.approx(78_000, rel=0.1)
    assert 20_000 <= scenario.core.local_fighters + scenario.core.foreign_fighters <= 33_000


@pytest.mark.parametrize("name", HISTORICAL)
@pytest.mark.parametrize(
    ("town", "lat", "lon", "country"),
    [
        ("Baghdad", 33.31, 44.37, "IRQ"), ("Najaf", 32.03, 44.35, "IRQ"), ("Erbil", 36.19, 44.01, "IRQ"),
        ("Kirkuk", 35.47, 44.39, "IRQ"), ("Dohuk", 36.87, 42.99, "IRQ"), ("Samarra", 34.20, 43.89, "IRQ"),
        ("Aleppo", 36.20, 37.16, "SYR"), ("Kobani", 36.89, 38.35, "SYR"), ("Qamishli", 37.05, 41.23, "SYR"),
        ("Damascus", 33.51, 36.29, "SYR"),
    ],
)  # fmt: skip
def test_the_core_does_not_hold_the_towns_that_it_never_took(
    name: str, town: str, lat: float, lon: float, country: str
) -> None:
    theatre, control = core_at_start(load_scenario(name))
    assert control[theatre.nearest_cell(lat, lon, country)] == 0, town


def test_constituency_areas_keep_the_national_shares() -> None:
    scenario = load_scenario("levant_2014")
    theatre = load_theatre(scenario)
    people = np.bincount(theatre.country, theatre.people)
    means = np.bincount(theatre.country, theatre.people * theatre.constituency) / people
    assert means == pytest.approx([g.sunni_share for g in scenario.governments.values()], abs=0.005)


def test_every_constituency_area_covers_a_cell_of_its_country() -> None:
    scenario = load_scenario("levant_2014")
    theatre = load_theatre(scenario)
    for name, area in scenario.areas.items():
        assert len(theatre.disc(area.lat, area.lon, area.radius_km, area.country)[0]), name


def test_the_timeline_of_the_baseline_holds_only_the_declaration_of_the_caliphate() -> None:
    scenario = load_scenario("levant_2014")
    assert [(event.date, event.target) for event in scenario.timeline.values()] == [(date(2014, 6, 29), "core")]


def test_the_timeline_of_the_essay_lies_before_its_start() -> None:
    scenario = load_scenario("essay_2016")
    assert all(event.date < scenario.start for event in scenario.timeline.values())


def test_the_collapse_says_that_it_is_no_history() -> None:
    own = set(load_scenario("core_collapse").timeline) - set(load_scenario("levant_2014").timeline)
    events = [load_scenario("core_collapse").timeline[name] for name in own]
    assert len(events) == 3
    assert all(event.meaning.startswith("What if") and "what-if" in event.source for event in events)


@pytest.mark.parametrize("name", HISTORICAL)
def test_allies_start_on_dates_before_the_essay(name: str) -> None:
    starts = [ally.start for ally in load_scenario(name).allies.values() if ally.start]
    assert min(starts) == INTERVENTION
    assert max(starts) < ESSAY


def test_the_plane_is_the_same_everywhere() -> None:
    theatre = load_theatre(load_scenario("synthetic_plane"))
    assert set(theatre.constituency) == {0.8}
    assert set(theatre.mobility) == {1.0}


@pytest.mark.parametrize("policy", SPENDING)
def test_policies_cost_the_same_from_the_first_strike_on(policy: str) -> None:
    scenario = load_scenario("levant_2014", policy=policy)
    assert efforts_on(scenario, date(2014, 8, 7)) == {}
    turns = [day for phase in scenario.policy.phases.values() for day in (phase.start, phase.end) if day is not None]
    for day in (*turns, INTERVENTION, date(2014, 12, 31), date(2019, 1, 1)):
        assert isinstance(day, date)
        cost = 2.0 if scenario.policy.on_top else 1.0
        assert sum(efforts_on(scenario, day).values()) == pytest.approx(cost, abs=1e-12), day


def test_the_essays_proposal_comes_on_top_and_at_equal_cost_is_the_same_mixture() -> None:
    essay, equal, base = (
        load_scenario("levant_2014", policy=name) for name in ("essay", "essay_equal_cost", "core_only")
    )
    assert (essay.policy.on_top, equal.policy.on_top) == (True, False)
    assert essay.policy.heading.endswith("(more effort)")
    assert equal.policy.heading == equal.policy.title
    for day in (INTERVENTION, date(2015, 6, 1)):
        whole, half = efforts_on(essay, day), efforts_on(equal, day)
        assert half == {lever: share / 2 for lever, share in whole.items()}
        assert all(whole[lever] >= share for lever, share in efforts_on(base, day).items())


def test_no_intervention_spends_nothing() -> None:
    assert load_scenario("levant_2014", policy="no_intervention").policy.phases == {}


def test_every_policy_says_what_it_means_and_where_it_comes_from() -> None:
    for name in POLICIES:
        policy = load_scenario("levant_2014", policy=name).policy
        assert policy.name == name
        assert len(policy.meaning) > 40
        assert policy.source


def test_two_policies_are_there_to_fail() -> None:
    policies = [load_scenario("levant_2014", policy=name).policy for name in POLICIES]
    failing = [policy for policy in policies if policy.falsification]
    assert {policy.name for policy in failing} == {"bases_only", "diaspora_only"}
    assert all("should" in policy.meaning and "should not work" in policy.title for policy in failing)


def test_severing_moves_half_the_effort_from_strikes_on_the_core_to_links() -> None:
    base, severing = (load_scenario("levant_2014", policy=name) for name in ("core_only", "sever_links"))
    for day in (INTERVENTION, date(2015, 6, 1)):
        before, after = efforts_on(base, day), efforts_on(severing, day)
        assert after["sever_links"] == 0.5
        assert after["strike_core"] == pytest.approx(before["strike_core"] - 0.5)
        assert after["train_partners"] == before["train_partners"]


def test_decapitation_differs_from_striking_the_core_only_in_whom_it_strikes() -> None:
    base, leaders = (load_scenario("levant_2014", policy=name).policy for name in ("core_only", "decapitation"))
    same = {"name", "title", "meaning", "source", "strike_targeting"}
    assert base.model_dump(exclude=same) == leaders.model_dump(exclude=same)
    assert (base.strike_targeting, leaders.strike_targeting) == ("fighters", "leaders")
