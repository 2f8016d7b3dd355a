"""Dates of phases, delays and triggers are held against the weeks that are run, whether files or overrides say how many."""

from pathlib import Path

import pytest

from model import load_scenario
from model.scenario import ScenarioError, phase_weeks
from model.scenario.schema import Phase

WAITS = """
[policy]
title = "Waits"
meaning = "Waits for a pledge"
[phases.waits]
when = "pledge:boko_haram"
delay = 30
effort = { sever_links = 0.5 }
"""
LATER = """
[policy]
title = "Later"
meaning = "Begins after the weeks of the scenario's file"
[phases.begun]
start = 2016-11-01
effort = { strike_core = 0.5 }
[phases.placed]
start = 2016-12-01
end = 2017-02-01
effort = { strike_provinces.LBY = 0.2, allies.france.train_partners.MLI = 0.3 }
[phases.added]
start = 2016-12-01
on_top = true
effort = { sever_links = 0.9 }
[phases.waits]
when = "lost:Mosul"
delay = 120
effort = { governance_aid.IRQ = 0.1 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def lasting(folder: Path, weeks: int) -> Path:
    path = folder / f"lasting_{weeks}.toml"
    path.write_text(f'[scenario]\nextends = "levant_2014"\nweeks = {weeks}\n', encoding="utf-8")
    return path


def test_dates_of_phases_and_delays_may_lie_in_weeks_that_an_override_adds(tmp_path):
    path, short = written(tmp_path, LATER), lasting(tmp_path, 104)
    text = path.read_text().replace("[phases.waits]", "[phases.waits]\nstart = 2016-12-01")
    (tmp_path / "all.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(short, policy=tmp_path / "all.toml")
    assert {each.key for each in caught.value.problems} == {"policy.phases.begun.start", "policy.phases.waits.delay"}
    assert any("the scenario has 104 weeks" in str(each) for each in caught.value.problems)
    found = load_scenario(short, policy=path, overrides={"weeks": 150})
    assert [phase_weeks(phase, found)[0] for phase in found.policy.phases.values()] == [125, 129, 129, 120]
    # an override may as well end a run before the policy begins, if the file's own weeks do not
    assert load_scenario(lasting(tmp_path, 150), policy=path, overrides={"weeks": 20}).weeks == 20


def test_dates_that_lie_in_no_weeks_at_all_are_refused_with_the_longer_span(tmp_path):
    path = written(tmp_path, LATER.partition("[phases.waits]")[0])
    for weeks, over in ((104, 120), (120, 104)):
        with pytest.raises(ScenarioError, match="falls within the scenario, 2014-06-09 to 2016-09-25"):
            load_scenario(lasting(tmp_path, weeks), policy=path, overrides={"weeks": over})


def test_a_trigger_may_wait_for_what_an_override_switches_on(tmp_path):
    scenario, path = tmp_path / "mine.toml", written(tmp_path, WAITS)
    scenario.write_text('[scenario]\nextends = "levant_2014"\n[mechanisms]\npledging = false\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="can never happen"):
        load_scenario(scenario, policy=path)
    assert load_scenario(scenario, policy=path, overrides={"mechanisms.pledging": True})


def test_a_phase_that_waits_starts_at_the_earliest_at_its_start_or_after_its_delay_whichever_is_later(tmp_path):
    """Its delay counts from what it waits for, which may have happened before its start."""
    scenario = load_scenario("levant_2014", overrides={"weeks": 150})
    phase = Phase(start=30, when="lost:Mosul", delay=8, effort={"strike_core": 0.5})
    assert phase_weeks(phase, scenario)[0] == 30
    assert phase_weeks(phase.model_copy(update={"delay": 40}), scenario)[0] == 40
    text = WAITS.replace("delay = 30", "delay = 30\nstart = 2015-01-01\nend = 2015-02-01")
    assert load_scenario("levant_2014", policy=written(tmp_path, text))
