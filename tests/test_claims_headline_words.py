"""What the headline experiment says of planted differences: verdicts, what decides, checks, regret, words."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from made_up_headline import TREATED, everywhere, planted, text
from matplotlib.text import Text

from experiments.claims.headline.arms import CORE, CUTTING
from experiments.claims.headline.design import BOX, ENSEMBLE, GRID, SEEDS, STATED
from experiments.claims.headline.experiment import OUTCOMES, WorldRuns
from experiments.claims.headline.figure import draw
from experiments.claims.headline.files import answer, write_headline
from experiments.claims.headline.page import markdown, sentences
from experiments.claims.headline.regret import regrets
from experiments.claims.headline.verdicts import COUNTED, chosen, judge_headline, together
from experiments.claims.headline.words import lines, second, steady, third, title


@pytest.fixture(scope="module")
def helping(tmp_path_factory):
    """What is said where every way of cutting lowers everything; tests read it, none changes it."""
    return answer(planted(everywhere(-0.3), tmp_path_factory.mktemp("helping")))


def test_what_helps_everywhere_is_said_to_help(helping):
    headline = helping.headline
    assert title(headline) == "Cutting the links helps, however it is done"
    assert headline.counts("essay_2016", "on_top")["helps"] == 32
    assert "backfires" not in title(headline) + second(headline)
    assert "on both sides of the best questions it helps" in text(helping)


def test_what_backfires_everywhere_is_said_to_backfire_and_the_essay_is_not_turned_round(tmp_path):
    found = answer(planted(everywhere(0.3), tmp_path))
    assert title(found.headline) == "Cutting the links backfires, however it is done"
    words = text(found)
    assert "The essay advises allies to cut the links" in words
    assert "warn" not in words


def test_where_nothing_happens_it_says_so(tmp_path):
    found = answer(planted(everywhere(0.0), tmp_path, noise=0.003))
    assert title(found.headline) == "Cutting the links changes little, however it is done"
    assert found.headline.counts("essay_2016", "alone")["nothing"] == 32
    assert third(found.decided, found.headline).startswith("No assumption")


def test_noise_is_unclear_never_better_or_worse(tmp_path):
    found = judge_headline(planted(everywhere(0.0), tmp_path, noise=0.6))
    told = found.table["verdict"].isin(["better", "worse"])
    assert told.mean() < 0.01
    assert (found.table["verdict"] == "unclear").mean() > 0.9


def test_a_difference_that_is_sure_but_small_does_not_matter(tmp_path):
    found = judge_headline(planted(everywhere(-0.03), tmp_path, noise=0.001))
    rows = chosen(found.table, source=BOX, check=STATED, comparison="on_top")
    assert (rows["adjusted_p"] < 0.05).all()
    assert set(rows["verdict"]) == {"negligible"}


def test_scenarios_that_differ_are_told_apart(tmp_path):
    def effect(arm, outcome, levels, scenario, check):
        size = -0.3 if scenario == "essay_2016" else 0.3
        return size if arm in TREATED else 0.0

    words = title(judge_headline(planted(effect, tmp_path)))
    assert words == (
        "From June 2014, cutting the links backfires, however it is done. "
        "From January 2016, cutting the links helps, however it is done"
    )


def test_ways_that_differ_are_told_apart(tmp_path):
    sizes = {"sever_links": 0.3, "struck_and_cut": -0.3, "silenced": -0.3}
    words = title(judge_headline(planted(lambda arm, *rest: sizes.get(arm, 0.0), tmp_path)))
    assert words == (
        "Cutting the links instead of strikes backfires; on top of strikes or in full it helps; alone it changes little"
    )


def test_the_assumption_that_decides_is_found_and_named_in_words(tmp_path):
    def effect(arm, outcome, levels, scenario, check):
        return (0.4 if levels.get("strikes", 0.5) > 0.5 else -0.4) if arm == "sever_links" else 0.0

    found = answer(planted(effect, tmp_path, points=64))
    one = next(each for each in found.decided if each.comparison == "instead")
    assert one.decided
    assert next(iter(one.strongest)) == "strikes"
    words = text(found)
    assert "helps where strikes take much effort (the lower" in words
    assert "backfires where few strikes suffice (the upper" in words
    assert "half_effort" not in words


def test_a_tree_without_skill_is_not_told(tmp_path):
    rng = np.random.default_rng(1)
    luck = {}

    def effect(arm, outcome, levels, scenario, check):
        key = (arm, scenario, tuple(levels.values()))
        return luck.setdefault(key, 0.3 * rng.choice([-1, 1])) if arm == "sever_links" else 0.0

    found = answer(planted(effect, tmp_path, points=64))
    one = [each for each in found.decided if each.comparison == "instead"]
    assert not any(each.decided for each in one)
    assert (
        "are cut instead of half the strikes (from June 2014) and instead of half the strikes (from January 2016), no"
        in text(found)
    )


def test_a_check_under_which_the_answer_turns_is_told(tmp_path):
    def effect(arm, outcome, levels, scenario, check):
        return (0.3 if check == GRID else -0.3) if arm == "silenced" else 0.0

    found = answer(planted(effect, tmp_path))
    assert found.checks.verdicts["essay_2016", GRID, "total"] == ("helps", "backfires")
    assert found.checks.verdicts["essay_2016", SEEDS, "total"] == ("helps", "helps")
    assert "Not everywhere." in text(found)
    assert "2 of 24 verdicts on cutting turn into another" in steady(found.checks)
    assert f"with {GRID}, it helps as stated and backfires then" in text(found)
    assert "8 turn from lower to higher or back" in text(found)
    assert "| **higher**, +" in markdown(found.headline, found.decided, found.checks, "inkspot headline")


def test_an_answer_that_stays_is_said_to_stay(helping):
    assert "Yes. 8 of the worlds ran again" in text(helping)
    assert helping.checks.table["stays"].all()
    assert "none of 24 verdicts on cutting turns into another, and none is clear" in steady(helping.checks)


def test_regret_is_what_the_best_plan_would_have_saved(tmp_path):
    sizes = {"essay_equal_cost": -0.2, "sever_links": 0.1}
    table = regrets(planted(lambda arm, *rest: sizes.get(arm, 0.0), tmp_path, noise=0.0))
    rows = chosen(table, scenario="essay_2016", choice="equal cost", outcome="deaths_of_all").set_index("plan")
    assert rows.loc["essay_equal_cost", "mean_regret"] == 0
    assert rows.loc["essay_equal_cost", "best"] == 1
    assert rows.loc[CORE, "mean_regret"] == pytest.approx(600)
    assert rows.loc["sever_links", "regret_90"] == pytest.approx(900)


def test_no_plan_is_by_decree(tmp_path):
    assert "silenced" not in set(regrets(planted(everywhere(0.0), tmp_path))["plan"])


@pytest.mark.parametrize(
    ("found", "verdict"),
    [(["better", "negligible", "unclear"], "helps"), (["worse", "unclear"], "backfires"), (["worse", "better"], "trade-off"),
     (["negligible", "negligible"], "nothing"), (["negligible", "unclear"], "unclear"), ([], "unclear")],
)  # fmt: skip
def test_outcomes_together(found, verdict):
    assert together(found) == verdict


def test_failed_runs_and_their_pairs_do_not_count(tmp_path):
    batch = planted(everywhere(0.3), tmp_path)
    lost = (batch.runs["world"] == 0) & (batch.runs["arm"] == CORE) & (batch.runs["seed"] > 0)
    batch.runs.loc[lost, "status"] = "failed"
    batch.runs.loc[lost, list(OUTCOMES)] = np.nan
    found = answer(batch)
    rows = chosen(found.headline.table, world=0, source=BOX, comparison="on_top")
    assert (rows["pairs"] == 1).all()
    assert set(rows["verdict"]) == {"unclear"}
    assert f"{lost.sum()} of {len(batch.runs)} runs failed" in text(found)


def test_an_arm_of_which_all_runs_failed_is_unclear_and_all_else_is_told(tmp_path):
    batch = planted(everywhere(-0.3), tmp_path)
    lost = batch.runs["arm"] == "silenced"
    batch.runs.loc[lost, "status"] = "failed"
    batch.runs.loc[lost, list(OUTCOMES)] = np.nan
    found = answer(batch)
    assert found.headline.verdict("essay_2016", "total") == "unclear"
    assert found.headline.verdict("essay_2016", "on_top") == "helps"
    paths = write_headline(found)
    assert "could be compared in no world" in paths["md"].read_text(encoding="utf-8")


def test_without_ensemble_and_checks_the_page_says_so(tmp_path):
    batch = planted(everywhere(-0.3), tmp_path)
    kept = (batch.runs["check"] == STATED) & (batch.runs["source"] != ENSEMBLE)
    alone = WorldRuns(replace(batch.design, members=0, checked=0), batch.runs[kept], tmp_path, 1.0)
    paths = write_headline(answer(alone))
    page = paths["md"].read_text(encoding="utf-8")
    assert "No check was run." in page
    assert "ensemble" not in page


def test_numbers_in_the_text_are_those_of_the_table(helping):
    words = sentences(helping.headline, helping.decided, helping.checks)
    for comparison in CUTTING:
        row = helping.headline.mean("essay_2016", comparison.name, "deaths_of_all")
        assert f"deaths in attacks by {COUNTED[3].number(abs(row['difference']))} (30%; " in " ".join(words)
    assert "−" not in next(each for each in words if "it lowers" in each), "sign and word agree"


def overlaps(figure):
    """Pairs of texts that lie on each other, texts that leave the figure, and texts in smaller letters than 8 points."""
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    boxes = [(text, text.get_window_extent()) for text in texts]
    inside = figure.bbox
    out = [text for text, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > inside.x1 or box.y1 > inside.y1]
    both = [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.padded(-1).overlaps(b.padded(-1))]
    return [(one.get_text(), other.get_text()) for one, other in both], out, [t for t in texts if t.get_fontsize() < 8]


@pytest.mark.parametrize("size", [-0.3, 0.0, 0.9])
def test_in_the_figure_no_letters_overlap_leave_it_or_are_small(size, tmp_path):
    ways = {"sever_links": size, "struck_and_cut": -size, "silenced": size / 20, "essay": -0.6 * abs(size)}

    def effect(arm, outcome, levels, scenario, check):
        side = 1 if levels.get("skill", 0.5) > 0.4 or scenario == "essay_2016" else -1
        return side * ways.get(arm, 0.0)

    found = answer(planted(effect, tmp_path, noise=0.03))
    figure = draw(found.headline, steady(found.checks))
    assert overlaps(figure) == ([], [], [])


def test_the_figure_counts_every_world_and_shows_every_mean(helping):
    figure = draw(helping.headline)
    shown = [text.get_text() for text in figure.findobj(Text)]
    assert shown.count("helps") == 2 * len(CUTTING) + 1, "each way in each scenario, and the legend"
    assert shown.count("32") >= 2 * len(CUTTING)
    assert shown.count("−30%") == 2 * len(CUTTING) * len(COUNTED)
    assert lines(helping.headline)[0] in shown
