"""Links: short, whole, older ones still open, damaged ones are refused in words."""

import pytest

from experiments.app.links import link, read_link
from experiments.app.plan import Bar
from experiments.app.plan_names import planned as laid
from experiments.app.plan_names import renamed
from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError

BARS = [Bar("strike_core", 0, 10, 0.5), Bar("sever_links", 5, 20, 0.5)]


def test_a_link_says_what_differs_from_the_start_and_nothing_else():
    assert link(Setting()) == ""
    assert link(Setting(seed=3, arms=(Arm(), Arm("core_only"))), 40) == "seed=3&week=40&policy_b=core_only"
    both = Setting(
        arms=(Arm(None, {"territory.growth": 0.4, "core.a": 1.0}), Arm("core_only", {"territory.growth": 0.4}))
    )
    assert link(both) == "policy_b=core_only&territory.growth=0.4&a.core.a=1.0"
    edited = renamed(laid(Setting("synthetic_plane", 4, (Arm("sever_links"), Arm())), 0, BARS), 0, "My plan")
    assert link(edited, 3) == (
        "scenario=synthetic_plane&seed=4&week=3&edited=sever_links&bars=strike_core:0-10:50,sever_links:5-20:50"
        "&title=My%20plan&policy_b="
    )
    assert read_link(link(edited, 3)) == (edited, 3)


def test_an_older_link_still_opens():
    older = "scenario=levant_2014&seed=7&week=40&policy=core_only&set=territory.growth%3D0.4&policy_b=sever_links"
    setting, week = read_link(older)
    assert (setting.seed, week) == (7, 40)
    assert setting.arms == (Arm("core_only", {"territory.growth": 0.4}), Arm("sever_links"))
    assert read_link(link(setting, week)) == (setting, week)


@pytest.mark.parametrize("plan", ["strike_core", "strike_core:0-10", "strike_core:a-b:5", "strike_core:0-10:500"])
def test_a_damaged_plan_in_a_link_is_refused_with_a_remedy(plan):
    with pytest.raises(UserError, match=r"bars must be lever:from-until:percent|effort must be"):
        read_link(f"edited=core_only&bars={plan}")
