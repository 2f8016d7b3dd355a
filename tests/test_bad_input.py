"""Mistakes in scenario and policy files: each is refused in words that say where, what, what is allowed, what is meant."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.compose import Composition, Layer, merge
from model.files import Source
from model.phases import phase_checks
from model.scenario import ScenarioError, check_file, load_scenario
from model.schema import Scenario

VALID = """\
[scenario]
name = "small"
title = "A small scenario"
question = "Is this file valid?"
theatre = "plane"
resolution = 0.5
start = 2014-06-09
weeks = 104
policy = "pressure.toml"

[core]
name = "Core"
headquarters = [{ place = "Centre", lat = 0.0, lon = 0.0 }]
holdings = [{ place = "Centre", lat = 0.0, lon = 0.0, radius_km = 200.0, control = 0.9 }]
local_fighters = 4000
foreign_fighters = 2000
treasury = 1e8
prestige = 0.5
brutality = 0.6
skill = 1.5

[hubs.al_qaeda]
name = "Al-Qaeda"
place = "North"
lat = 6.0
lon = 0.0
prestige = 0.5

[groups.boko_haram]
name = "Boko Haram"
place = "East"
lat = 0.0
lon = 4.5
country = "NGA"
hub = "al_qaeda"
hub_tie = 0.4
fighters = 500
conviction = 0.8
ambition = 0.4
need = 0.6
brutality = 0.4
holdings = [{ place = "East", lat = 0.0, lon = 4.5, radius_km = 100.0, control = 0.4 }]

[groups.ansaru]
name = "Ansaru"
parent = "boko_haram"
place = "West"
lat = 0.0
lon = -4.5
country = "NGA"
fighters = 50
conviction = 0.4
ambition = 0.4
need = 0.4
brutality = 0.4

[governments.NGA]
name = "Nigeria"
capital = [0.0, 7]
population = 40
forces_per_1000 = 3.0
government_effectiveness = -1.0
political_stability = -1.0
rule_of_law = -1.0
control_of_corruption = -1.0
sunni_share = 0.6
shia_share = 0.1

[allies.outsider]
name = "Outside ally"
kind = "western"
effort = 1.0
reach = ["NGA"]
diaspora = { NGA = 100 }

[areas.west]
place = "West"
lat = 0.0
lon = -4.5
country = "NGA"
radius_km = 200.0
share = 0.5

[timeline.shock]
date = 2014-08-04
kind = "prestige"
target = "core"
amount = 0.1
meaning = "A shock"

[mechanisms]
"pledging.contagion" = false

[rivals]
lost_tips = true

[parameters.territory]
growth = 0.4
"""

POLICY = """\
[policy]
name = "pressure"
title = "Pressure"
meaning = "Half on the core"
targeting = "brokers"

[phases.first]
start = 2014-08-04
end = 2015-01-05
effort = { strike_core = 0.5 }

[phases.second]
start = 40
effort = { strike_core = 0.4, sever_links = 0.5 }
"""

HERE, THERE = "small.toml", "pressure.toml"


@dataclass(frozen=True)
class Mistake:
    """A change that spoils the valid pair of files, and what the message must say about it."""

    name: str
    key: str
    words: tuple[str, ...]
    old: str = ""
    new: str = ""
    file: str = HERE
    nearest: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    text: str | bytes | None = None


def scenario(name: str, old: str, new: str, key: str, *words: str, nearest: str = "") -> Mistake:
    """A mistake in the scenario's file: `old` replaced by `new`."""
    return Mistake(name, key, words, old, new, nearest=nearest)


def policy(name: str, old: str, new: str, key: str, *words: str, nearest: str = "") -> Mistake:
    """A mistake in the policy's file."""
    return Mistake(name, key, words, old, new, file=THERE, nearest=nearest)


def override(key: str, value: Any, *words: str, nearest: str = "", name: str = "", at: str = "") -> Mistake:
    """A mistake in an override."""
    return Mistake(
        name or f"override {key}", at or key, words, file="override", nearest=nearest, overrides={key: value}
    )


def whole(name: str, text: str | bytes, *words: str, key: str = "", nearest: str = "") -> Mistake:
    """A file that is wrong altogether."""
    return Mistake(name, key, words, text=text, nearest=nearest)


UNKNOWN_NAMES = [
    scenario("key of a group", "conviction = 0.8", "convicton = 0.8", "groups.boko_haram.convicton", "[groups.boko_haram] convicton", "unknown key", nearest="conviction"),
    scenario("key of [scenario]", "weeks = 104", "wekks = 104", "wekks", "[scenario] wekks", "unknown key", nearest="weeks"),
    scenario("key of [core]", "skill = 1.5", "skil = 1.5", "core.skil", "[core] skil", nearest="skill"),
    scenario("key of a holding", "radius_km = 200.0, control", "radius = 200.0, control", "core.holdings.0.radius", "[core] holdings[0].radius", nearest="radius_km"),
    scenario("key like no other", "skill = 1.5", "skill = 1.5\nxyzzy = 3", "core.xyzzy", "unknown key; allowed: name, headquarters"),
    scenario("table", "[areas.west]", "[aeras.west]", "aeras", "unknown table", nearest="areas"),
    scenario("table [scenario]", "[scenario]", "[scenaro]", "scenaro", "unknown table", nearest="scenario"),
    scenario("hub", 'hub = "al_qaeda"', 'hub = "al_qaida"', "groups.boko_haram.hub", "a name of [hubs] (al_qaeda)", 'got "al_qaida"', nearest="al_qaeda"),
    scenario("parent", 'parent = "boko_haram"', 'parent = "boko"', "groups.ansaru.parent", "a name of [groups]", nearest="boko_haram"),
    scenario("country of a group", 'lon = 4.5\ncountry = "NGA"', 'lon = 4.5\ncountry = "NGR"', "groups.boko_haram.country", "a name of [governments] (NGA)", nearest="NGA"),
    scenario("country of an area", 'lon = -4.5\ncountry = "NGA"\nradius', 'lon = -4.5\ncountry = "nga"\nradius', "areas.west.country", "a name of [governments]", nearest="NGA"),
    scenario("country in reach", 'reach = ["NGA"]', 'reach = ["NGA", "XYZ"]', "allies.outsider.reach.1", "[allies.outsider] reach[1]", "a name of [governments]", '"XYZ"'),
    scenario("neighbour", 'reach = ["NGA"]', 'neighbours = ["NGE"]', "allies.outsider.neighbours.0", "a name of [governments]", nearest="NGA"),
    scenario("country of a diaspora", "{ NGA = 100 }", "{ NGB = 100 }", "allies.outsider.diaspora.NGB", "no such name in [governments]", nearest="NGA"),
    scenario("code of a government", "[governments.NGA]", "[governments.Nga]", "governments.Nga", "three capital letters", "ISO 3166"),
    scenario("target of an event", 'target = "core"', 'target = "cores"', "timeline.shock.target", "core or a name of [hubs]", nearest="core"),
    scenario("target for the kind", 'kind = "prestige"', 'kind = "forces"', "timeline.shock.target", "a name of [governments] (NGA), for kind forces", '"core"'),
    scenario("country of an event", 'target = "core"', 'target = "core"\ncountry = "NGX"', "timeline.shock.country", "a name of [governments]", nearest="NGA"),
    scenario("kind of event", 'kind = "prestige"', 'kind = "prestig"', "timeline.shock.kind", "one of prestige, treasury_loss", nearest="prestige"),
    scenario("kind of theatre", '"plane"', '"plain"', "theatre", "one of region, plane, pass, islands", 'got "plain"', nearest="plane"),
    scenario("mechanism", "pledging.contagion", "pledging.contagon", "mechanisms.pledging.contagon", "unknown switch in [mechanisms]", nearest="pledging.contagion"),
    scenario("rival finding", "lost_tips", "lost_tip", "rivals.lost_tip", "unknown switch in [rivals]", nearest="lost_tips"),
    scenario("family of parameters", "[parameters.territory]", "[parameters.teritory]", "parameters.teritory", "unknown family", nearest="territory"),
    scenario("parameter", "growth = 0.4", "grwth = 0.4", "parameters.territory.grwth", "unknown parameter of `territory`", nearest="growth"),
    scenario("parent file", 'name = "small"', 'extends = "levant_2015"', "extends", '"levant_2015": no such file', nearest="levant_2014"),
    scenario("policy", '"pressure.toml"', '"core_onyl"', "policy", '"core_onyl": no such file', nearest="core_only"),
    scenario("scenario as a policy", '"pressure.toml"', '"levant_2014"', "policy", "is a scenario, not a policy"),
    scenario("policy as a parent", 'name = "small"', 'extends = "core_only"', "extends", "is a policy, not a scenario"),
    policy("lever", "sever_links", "sever_link", "policy.phases.second.effort.sever_link", "unknown lever", nearest="sever_links"),
    policy("targeting", '"brokers"', '"broker"', "policy.targeting", "[policy] targeting", "one of brokers, hubs, nearest, random", nearest="brokers"),
    policy("key of [policy]", "targeting", "targetting", "policy.targetting", "[policy] targetting", nearest="targeting"),
    policy("key of a phase", "end =", "until =", "policy.phases.first.until", "[phases.first] until", "allowed: start, end, effort"),
    policy("table of a policy", "[phases.second]", "[phase.second]", "phase", "unknown table", nearest="phases"),
    override("wekes", 5, "unknown key", nearest="weeks"),
    override("groups.boko_harm.conviction", 0.5, "no such name in [groups]", nearest="boko_haram", at="groups.boko_harm"),
    override("territory.grwth", 0.5, "unknown parameter", nearest="growth", at="parameters.territory.grwth"),
    override("core.prestig", 0.5, "unknown key", nearest="prestige"),
    override("mechanisms.pledging.contagious", False, "unknown switch", nearest="pledging.contagion"),
    override("policy.phases.frist.end", 5, "no such name in [policy.phases]", nearest="first", at="policy.phases.frist"),
]  # fmt: skip

WRONG_KINDS = [
    scenario("text for a number", "conviction = 0.8", 'conviction = "high"', "groups.boko_haram.conviction", "a number from 0 to 1", 'got "high"'),
    scenario("switch for a number", "conviction = 0.8", "conviction = true", "groups.boko_haram.conviction", "a number from 0 to 1", "got true"),
    scenario("switch for a resolution", "resolution = 0.5", "resolution = true", "resolution", "one of 0.25, 0.5, 1.0", "got true"),
    scenario("number for text", 'title = "A small scenario"', "title = 3", "title", "must be text", "got 3"),
    scenario("number for a switch", '"pledging.contagion" = false', '"pledging.contagion" = 0', "mechanisms.pledging.contagion", "true or false", "got 0"),
    scenario("number for [policy]'s name", 'policy = "pressure.toml"', "policy = 3", "policy", "the name of a policy", "got 3"),
    scenario("fraction for a whole number", "fighters = 500", "fighters = 500.5", "groups.boko_haram.fighters", "a whole number from 0 to 10000000", "got 500.5"),
    scenario("date as text", "start = 2014-06-09", 'start = "2014-06-09"', "start", "a date like 2014-06-09", 'got "2014-06-09"'),
    scenario("date with an hour", "start = 2014-06-09", "start = 2014-06-09T12:00:00", "start", "a date like 2014-06-09", "got 2014-06-09T12:00:00"),
    scenario("text for a list", 'reach = ["NGA"]', 'reach = "NGA"', "allies.outsider.reach", "a list", "each three capital letters"),
    scenario("short capital", "capital = [0.0, 7]", "capital = [0.0]", "governments.NGA.capital", "a list of 2: a number from -90 to 90, a number from -180 to 180"),
    scenario("number for a table", "{ NGA = 100 }", "100", "allies.outsider.diaspora", "a table", "got 100"),
    scenario("empty headquarters", '[{ place = "Centre", lat = 0.0, lon = 0.0 }]\n', "[]\n", "core.headquarters", "a list with at least one entry", "got []"),
    scenario("table for a scalar", "weeks = 104", "weeks = { number = 3 }", "weeks", "a whole number from 1 to 2600", "got a table"),
    scenario("runnable as text", 'name = "small"', 'runnable = "yes"', "runnable", "true or false", 'got "yes"'),
    scenario("extends as a number", 'name = "small"', "extends = 5", "extends", "a name, or a list of names", "got 5"),
    scenario("parameter as text", "growth = 0.4", 'growth = "fast"', "parameters.territory.growth", "a number from 0.1 to 0.8", 'got "fast"'),
    policy("effort as a number", "effort = { strike_core = 0.5 }", "effort = 0.5", "policy.phases.first.effort", "a table", "got 0.5"),
    policy("start of a phase as text", "start = 40", 'start = "week 40"', "policy.phases.second.start", "a date like 2014-06-09 or a whole number from 0 to 2600"),
    override("start", "2014-06-09", "a date like 2014-06-09"),
    override("groups.ansaru.fighters", None, "a whole number from 0 to 10000000", "got nothing"),
]  # fmt: skip

OUT_OF_RANGE = [
    scenario("weeks", "weeks = 104", "weeks = 0", "weeks", "[scenario] weeks: must be 1 to 2600, got 0"),
    scenario("negative weeks", "weeks = 104", "weeks = -3", "weeks", "must be 1 to 2600, got -3"),
    scenario("share", "conviction = 0.8", "conviction = 1.8", "groups.boko_haram.conviction", "must be 0 to 1, got 1.8"),
    scenario("not a number", "conviction = 0.8", "conviction = nan", "groups.boko_haram.conviction", "0 to 1", "got nan"),
    scenario("infinity", "treasury = 1e8", "treasury = inf", "core.treasury", "0 to 1e+12", "got inf"),
    scenario("latitude", "lat = 6.0", "lat = 96.0", "hubs.al_qaeda.lat", "must be -90 to 90, got 96.0"),
    scenario("radius", "radius_km = 200.0\nshare", "radius_km = 0.0\nshare", "areas.west.radius_km", "over 0 and at most 3000", "got 0.0"),
    scenario("resolution", "resolution = 0.5", "resolution = 0.4", "resolution", "one of 0.25, 0.5, 1.0", "got 0.4"),
    scenario("parameter", "growth = 0.4", "growth = 4", "parameters.territory.growth", "[parameters.territory] growth: must be 0.1 to 0.8 (1/week), got 4"),
    scenario("parameter not a number", "growth = 0.4", "growth = nan", "parameters.territory.growth", "got nan"),
    scenario("year", "start = 2014-06-09", "start = 0214-06-09", "start", "a date from 1900-01-01 to 2100-01-01", "got 0214-06-09"),
    scenario("faiths", "sunni_share = 0.6", "sunni_share = 0.95", "governments.NGA.shia_share", "add up to at most 1", "0.95 + 0.1"),
    scenario("holdings of two", "control = 0.4", "control = 0.4 }, { place = \"Centre\", lat = 0.0, lon = 0.0, radius_km = 50.0, control = 0.3", "core.holdings.0", "control at Centre must add up to at most 1", "core 0.9 + groups.boko_haram 0.3"),
    scenario("holdings of one", "control = 0.4", "control = 0.4 }, { place = \"East\", lat = 0.0, lon = 4.5, radius_km = 50.0, control = 0.7", "groups.boko_haram.holdings.1", "control at East must add up to at most 1", "1.1"),
    policy("sum of a phase", "sever_links = 0.5", "sever_links = 0.7", "policy.phases.second.effort", "on 2015-03-16 must add up to at most 1", "got 1.1"),
    policy("sum of overlapping phases", "end = 2015-01-05\n", "", "policy.phases.second.effort", "on 2015-03-16 must add up to at most 1, got 1.4 (first + second)"),
    policy("share of effort", "strike_core = 0.5", "strike_core = -0.5", "policy.phases.first.effort.strike_core", "must be 0 to 1, got -0.5"),
    policy("week of a phase", "start = 40", "start = -1", "policy.phases.second.start", "a whole number from 0 to 2600", "got -1"),
    override("weeks", 0, "override weeks: must be 1 to 2600, got 0"),
    override("territory.growth", 40, "must be 0.1 to 0.8 (1/week), got 40", at="parameters.territory.growth"),
    override("territory.growth", 10**400, "must be 0.1 to 0.8", name="override with a giant", at="parameters.territory.growth"),
    override("groups.boko_haram.conviction", 2, "must be 0 to 1, got 2"),
]  # fmt: skip

CONTRADICTIONS = [
    scenario("event outside the weeks", "date = 2014-08-04", "date = 2017-08-04", "timeline.shock.date", "within the scenario, 2014-06-09 to 2016-06-05", "got 2017-08-04"),
    scenario("own parent", 'parent = "boko_haram"', 'parent = "ansaru"', "groups.ansaru.parent", "a group cannot be a faction of itself"),
    scenario("circle of parents", 'hub = "al_qaeda"', 'parent = "ansaru"', "groups.boko_haram.parent", "boko_haram -> ansaru -> boko_haram"),
    scenario("circle of files", 'name = "small"', 'extends = "small.toml"', "extends", "a file cannot extend itself", "small.toml -> "),
    policy("end before start", "end = 2015-01-05", "end = 2014-07-01", "policy.phases.first.end", "must be after the start, 2014-08-04, got 2014-07-01"),
    override("policy", "core_only", "cannot be overridden"),
    scenario("a part as a scenario", 'name = "small"', "runnable = false", "", "is a part that scenarios extend"),
]  # fmt: skip

INCOMPLETE = [
    scenario("key of a group missing", "fighters = 500\n", "", "groups.boko_haram.fighters", "[groups.boko_haram]: missing `fighters`"),
    scenario("keys of [scenario] missing", 'title = "A small scenario"\nquestion = "Is this file valid?"\n', "", "", "[scenario]: missing `title`, `question`"),
    scenario("table of governments misspelt", "[governments.NGA]", "[government.NGA]", "government", "unknown table", nearest="governments"),
    scenario("key outside [scenario]", "[scenario]\n", "weeks = 3\n[scenario]\n", "weeks", "stands outside its table; write it below [scenario]"),
    scenario("table inside [scenario]", "weeks = 104", "weeks = 104\nhubs = {}", "scenario.hubs", "is a table of its own: write [hubs]"),
    policy("meaning missing", 'meaning = "Half on the core"\n', "", "policy.meaning", "[policy]: missing `meaning`"),
    policy("effort missing", "effort = { strike_core = 0.5 }\n", "", "policy.phases.first.effort", "[phases.first]: missing `effort`"),
    whole("no core", VALID[: VALID.index("[core]")] + VALID[VALID.index("[hubs") :], "[core]: missing; a scenario needs this table", key="core"),
    whole("broken TOML", "[scenario]\nname = \n", "broken TOML", "line 2"),
    whole("broken at the end", "[scenario]\nname = 'small", "broken TOML", "line 2"),
    whole("impossible date", VALID.replace("2014-06-09", "2014-06-31"), "broken TOML", "line 7"),
    whole("key given twice", "[scenario]\nweeks = 3\nweeks = 4\n", "broken TOML", "line 3"),
    whole("giant number", f"[scenario]\nweeks = {'9' * 5000}\n", "broken TOML", "digits"),
    whole("endless nesting", f"[scenario]\nweeks = {'[' * 100_000}", "nested too deeply"),
    whole("empty file", "", "is empty", "[scenario]"),
    whole("only comments", "# nothing\n", "is empty"),
    whole("not UTF-8", b"[scenario]\nname = 'caf\xe9'\n", "line 2 is not UTF-8"),
    whole("no [scenario]", "[core]\nname = 'Core'\n", "has no table [scenario]"),
    whole("[scenario] as a number", "scenario = 3\n", "`scenario` must be a table"),
    whole("policy as a scenario", POLICY, "is a policy, not a scenario"),
]  # fmt: skip

MISTAKES = [*UNKNOWN_NAMES, *WRONG_KINDS, *OUT_OF_RANGE, *CONTRADICTIONS, *INCOMPLETE]


def write(folder: Path, mistake: Mistake | None = None) -> Path:
    """Write the valid pair of files with a mistake in them; return the scenario's path."""
    texts: dict[str, str | bytes] = {HERE: VALID, THERE: POLICY}
    if mistake and mistake.text is not None:
        texts[mistake.file] = mistake.text
    elif mistake and mistake.file in texts and mistake.old:
        valid = str(texts[mistake.file])
        assert valid.count(mistake.old) >= 1
        texts[mistake.file] = valid.replace(mistake.old, mistake.new, 1)
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / HERE


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_refused_with_file_key_what_is_allowed_and_what_is_meant(mistake: Mistake, tmp_path: Path) -> None:
    path = write(tmp_path, mistake)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides=mistake.overrides)
    (problem,) = [each for each in caught.value.problems if each.key == mistake.key]
    file = mistake.file if mistake.file == "override" else str(tmp_path / mistake.file)
    assert problem.file == file
    assert problem.message.startswith(file)
    assert "\n" not in problem.message
    assert problem.nearest == mistake.nearest
    for words in (*mistake.words, *([f"did you mean `{mistake.nearest}`?"] if mistake.nearest else [])):
        assert words in problem.message


def test_at_least_forty_kinds_of_mistakes_are_tried_under_names_of_their_own() -> None:
    assert len(MISTAKES) >= 40
    assert len({(mistake.file, mistake.name, mistake.key) for mistake in MISTAKES}) == len(MISTAKES)


def test_the_files_that_the_mistakes_spoil_are_valid(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert isinstance(load_scenario(path), Scenario)
    assert check_file(path) == check_file(tmp_path / THERE) == []


def test_all_mistakes_in_all_files_are_reported_at_once(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "child.toml").write_text(
        '[scenario]\nname = "child"\nextends = "small"\nweks = 3\n[core]\nprestige = 7\n[groups.ansaru]\nhub = "isis"\n'
    )
    path.write_text(VALID.replace("skill = 1.5", 'skill = "much"').replace("growth = 0.4", "growth = 9"))
    (tmp_path / THERE).write_text(POLICY.replace("sever_links", "sever_link"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / "child.toml", overrides={"weeks": 0, "territory.strikez": 1})
    found = {(Path(problem.file).name, problem.key) for problem in caught.value.problems}
    assert found == {
        ("child.toml", "weks"), ("child.toml", "core.prestige"), ("child.toml", "groups.ansaru.hub"),
        ("small.toml", "core.skill"), ("small.toml", "parameters.territory.growth"),
        ("pressure.toml", "policy.phases.second.effort.sever_link"),
        ("override", "weeks"), ("override", "parameters.territory.strikez"),
    }  # fmt: skip
    assert len(caught.value.problems) == len(found)
    assert str(caught.value).startswith("8 problems\n")
    assert all(problem.message in str(caught.value) for problem in caught.value.problems)


def test_a_mistake_is_laid_to_the_file_that_wrote_the_key_last(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small.toml"\n[core]\nprestige = 2\nskill = 2.0\n')
    (problem,) = check_file(child)
    assert (problem.file, problem.key, problem.value) == (str(child), "core.prestige", 2)
    (tmp_path / HERE).write_text(VALID.replace("treasury = 1e8", "treasury = -1"))
    assert [Path(problem.file).name for problem in check_file(child)] == ["child.toml", "small.toml"]


def test_a_group_that_a_child_misspells_is_told_from_a_new_one(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small"\n[groups.boko_harem]\nconviction = 0.2\n')
    (problem,) = check_file(child)
    assert problem.key == "groups.boko_harem"
    assert problem.nearest == "boko_haram"
    assert "missing `place`, `lat`, `lon`, `name`, `country`" in problem.message


def test_a_circle_of_parents_names_the_chain(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.toml").write_text(f'[scenario]\nextends = "{parent}"\n')
    problem = check_file(tmp_path / "a.toml")[0]
    chain = " -> ".join(str(tmp_path / f"{name}.toml") for name in "abca")
    assert (problem.file, problem.key) == (str(tmp_path / "c.toml"), "extends") or chain in problem.message
    assert any(chain in each.message for each in check_file(tmp_path / "a.toml"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("levant_2041", "did you mean `levant_2014`?"),
        ("scenarios/levant_2041.toml", "did you mean `levant_2014`?"),
        ("core_only", "is a policy, not a scenario"),
        ("no/such/file.toml", "no such file, nor a shipped scenario; shipped: core_collapse"),
        ("parameters", "no such file"),
        ("x" * 5000, "no such file"),
        ("null\0byte", "no such file"),
        (".", "is a directory"),
    ],
)
def test_a_scenario_that_is_not_there_is_named_with_the_nearest_shipped_one(name: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    (problem,) = caught.value.problems
    assert problem.message.startswith(name)
    assert words in problem.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("core_onyl", "did you mean `core_only`?"),
        ("levant_2014", "is a scenario, not a policy"),
        (".", "is a directory"),
    ],
)
def test_a_policy_that_is_not_there_is_named_with_the_nearest_shipped_one(
    name: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(tmp_path), policy=name)
    (problem,) = caught.value.problems
    assert problem.message.startswith(name)
    assert words in problem.message


def test_a_policy_without_a_phase_in_the_scenario_is_refused_but_a_shortened_run_is_not(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_scenario(path, overrides={"weeks": 2}).weeks == 2
    late = POLICY.replace("2014-08-04", "2018-08-04").replace("2015-01-05", "2018-12-01").replace("= 40", "= 140")
    (tmp_path / THERE).write_text(late)
    (problem,) = check_file(path)
    assert problem.file == str(tmp_path / THERE)
    assert "no phase of this policy falls within the scenario, 2014-06-09 to 2016-06-05" in problem.message
    assert check_file(tmp_path / THERE) == []


def test_an_inherited_event_may_lie_outside_the_weeks_and_an_own_one_may_not(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small"\nstart = 2014-08-11\n')
    assert check_file(child) == []
    child.write_text(child.read_text() + "[timeline.shock]\ndate = 2014-08-05\n")
    assert [problem.key for problem in check_file(child)] == ["timeline.shock.date"]


def test_a_shown_mistake_in_a_part_does_not_hide_behind_what_the_part_lacks(tmp_path: Path) -> None:
    part = tmp_path / "part.toml"
    part.write_text('[scenario]\nrunnable = false\n[groups.a]\ncountry = "NGA"\nhub = "elsewhere"\n')
    assert check_file(part) == []
    part.write_text(part.read_text() + "ambition = 3\n")
    assert [problem.key for problem in check_file(part)] == ["groups.a.ambition"]


def test_overrides_that_contradict_one_another_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="contradicts another override"):
        load_scenario(write(tmp_path), overrides={"core": 3, "core.prestige": 0.5})


VALID_TREES = {HERE: tomllib.loads(VALID), THERE: tomllib.loads(POLICY)}
BAD_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(), st.datetimes(),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["core", "NGA", "boko_haram", "ansaru", "levant_2014", 0, 1, -1, 0.5, 10**400, float("nan")]),
)  # fmt: skip


def toml(value: Any) -> str:
    """A value as TOML text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key of a tree, tables and list items included."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [each for key, inner in items for each in ((*path, key), *paths(inner, (*path, key)))]


def damaged(tree: dict[str, Any], path: tuple[Any, ...], how: str, value: Any) -> dict[str, Any]:
    """A copy of a tree with the key at a path deleted, renamed or given another value."""
    copy: dict[str, Any] = tomllib.loads("\n".join(f"{toml(key)} = {toml(inner)}" for key, inner in tree.items()))
    node: Any = copy
    for part in path[:-1]:
        node = node[part]
    old = node.pop(path[-1])
    if how == "rename" and isinstance(node, dict):
        node[f"{path[-1]}x"] = old
    elif how == "corrupt" and value is not None:
        node.insert(path[-1], value) if isinstance(node, list) else node.update({path[-1]: value})
    return copy


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_still_valid_and_nothing_else_happens(tmp_path: Path, data: st.DataObject) -> None:
    write(tmp_path)
    name = data.draw(st.sampled_from([HERE, HERE, THERE]))
    path = data.draw(st.sampled_from(paths(VALID_TREES[name])))
    tree = damaged(
        VALID_TREES[name], path, data.draw(st.sampled_from(["delete", "rename", "corrupt"])), data.draw(BAD_VALUES)
    )
    text = "\n".join(f"{toml(key)} = {toml(value)}" for key, value in tree.items())
    (tmp_path / name).write_text(text, encoding="utf-8")
    try:
        loaded = load_scenario(tmp_path / HERE)
    except ScenarioError as error:
        assert error.problems
        assert all(problem.message and "\n" not in problem.message for problem in error.problems)
    else:
        assert Scenario.model_validate(loaded.model_dump()) == loaded


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.one_of(
        st.sampled_from([".".join(map(str, path)) for path in paths(VALID_TREES[HERE])]),
        st.text("a.wek[s\0", max_size=8),
    ),
    value=BAD_VALUES,
)
def test_any_override_is_refused_or_gives_a_valid_scenario(tmp_path: Path, key: str, value: Any) -> None:
    path = write(tmp_path)
    try:
        loaded = load_scenario(path, overrides={key: value})
    except ScenarioError as error:
        assert error.problems
    else:
        assert Scenario.model_validate(loaded.model_dump()) == loaded


@pytest.mark.parametrize(
    "noise", ["", "a", "[a", "a = [", "[policy]", "[scenario]\nextends = []", "policy = 3", "\ufeff"]
)
def test_whatever_is_in_a_file_checking_it_gives_problems(noise: str, tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_text(noise, encoding="utf-8")
    assert check_file(path)


def test_phases_are_compared_in_time_even_where_there_is_no_scenario() -> None:
    tree = {"policy": {"phases": {"a": {"end": 5, "effort": {"basing": 0.8}}, "b": {"effort": {"basing": 0.4}}}}}
    composition = Composition("p.toml", [Layer("p.toml", tree)])
    assert [str(problem) for problem in phase_checks(composition, tree)]
    merged: dict[str, Any] = {}
    merge(merged, tree)
    assert merged == tree
    assert Source("p.toml", Path("p.toml")).label == "p.toml"
