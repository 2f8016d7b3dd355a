"""Points from a table: matched by name, every mistake told at once with row and column, the same runs as by hand."""

import numpy as np
import pandas as pd
import pytest

from experiments.batch.errors import UserError
from experiments.batch.run import Run
from experiments.sweep import Results, load_design, load_points, sweep
from experiments.sweep.run import Plan
from experiments.sweep.sheet import read_sheet
from model.scenario import ScenarioError

CSV = """territory.growth,policy,rivals.lost_tips,groups.east.fighters,seed
0.3,core_only,TRUE,100,1
0.3,sever_links,TRUE,100,1
0.5,core_only,false,900,5
0.5,sever_links,false,900,5
0.5,core_only,false,900,9
"""
PLANE = {"scenarios": ["synthetic_plane"], "weeks": 4}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(CSV)
    return path


def problems(*asked):
    with pytest.raises(ScenarioError) as caught:
        load_points(*asked)
    return [
        problem.message.removeprefix(f"{caught.value.problems[0].file}").lstrip(", ")
        for problem in caught.value.problems
    ]


def test_rows_become_the_runs_that_they_name(table, tmp_path):
    design, points = load_points(table, None, PLANE)
    results = sweep(design, tmp_path / "out", points=points)
    runs = results.runs()
    assert len(runs) == 5
    assert set(runs["status"]) == {"done"}
    assert list(results.factors) == ["territory.growth", "rivals.lost_tips", "groups.east.fighters"]
    for row in runs.to_dict("records"):
        values = {name: row[name] for name in results.factors}
        run = Run("synthetic_plane", row["policy"], {"weeks": 4} | values, row["seed"])
        assert run.run_hash == row["run_hash"]
    written = pd.read_csv(table).rename(columns={"rivals.lost_tips": "tips"})
    found = runs.rename(columns={"rivals.lost_tips": "tips"})[list(written.columns)]
    assert sorted(map(tuple, found.to_numpy())) == sorted(map(tuple, written.to_numpy()))
    assert results.seeds == [1, 5, 9]
    difference = results.table("people_core", "sever_links", against="core_only")  # (points, replicates)
    assert np.isfinite(difference).tolist() == [[True, False, False], [False, True, False]]
    assert sweep(*load_points(table, None, PLANE)[:1], tmp_path / "out", points=points).summary["made"] == 5


def test_rows_of_a_table_are_counted_by_the_seeds_that_they_name(table):
    plan = Plan(*load_points(table, None, PLANE))
    assert [plan.total(replicates) for replicates in range(4)] == [0, 2, 4, 5]
    assert [row.run.seed for row in plan.rows(range(5))] == [1, 1, 5, 5, 9]
    assert {row.run.overrides["weeks"] for row in plan.rows(range(5))} == {4}


@pytest.mark.parametrize("kind", ["frame", "dicts", "xlsx", "parquet", "semicolon", "bom"])
def test_a_table_says_the_same_in_every_form(kind, table, tmp_path):
    frame = pd.read_csv(table)
    files = {"xlsx": "points.xlsx", "parquet": "points.parquet", "semicolon": "other.csv", "bom": "bom.csv"}
    forms = {"frame": frame, "dicts": frame.to_dict("records")} | {
        name: tmp_path / file for name, file in files.items()
    }
    frame.to_excel(tmp_path / "points.xlsx", index=False)
    frame.to_parquet(tmp_path / "points.parquet")
    (tmp_path / "other.csv").write_text(CSV.replace(",", ";"))
    (tmp_path / "bom.csv").write_text(CSV + "\n\n", encoding="utf-8-sig")
    mine, other = load_points(table, None, PLANE), load_points(forms[kind], None, PLANE)
    assert mine[1].values == other[1].values
    assert mine[1].rows == other[1].rows
    assert Plan(*mine).digest == Plan(*other).digest


def test_columns_may_stand_in_any_order(table, tmp_path):
    turned = pd.read_csv(table)[["seed", "groups.east.fighters", "policy", "rivals.lost_tips", "territory.growth"]]
    assert [dict(sorted(point.items())) for point in load_points(turned, None, PLANE)[1].values] == [
        dict(sorted(point.items())) for point in load_points(table, None, PLANE)[1].values
    ]


WRONG = {
    "territory.groth\n0.4": ["column territory.groth: is no parameter, switch, lever or key of a scenario; did you mean "
                             "territory.growth?"],
    "territory.growth\n0.4\n9\n": ["row 3, column territory.growth: must be 0.1 to 0.8 (1/week), got 9"],
    "territory.growth,rivals.lost_tips\n,maybe\n": [
        "row 2, column territory.growth: must be 0.1 to 0.8 (1/week), got nothing: the cell is empty",
        'row 2, column rivals.lost_tips: must be true or false, got "maybe"',
    ],
    "weeks\n3.5\n0\n": ["row 2, column weeks: must be a whole number from 1 to 2600, got 3.5",
                         "row 3, column weeks: must be a whole number from 1 to 2600, got 0"],
    "seed\n-1\n": ["row 2, column seed: must be a whole number of 0 or more, got -1"],
    "policy\ncore_onyl\n": ["row 2, column policy: no such file, nor a shipped policy; did you mean `core_only`?"],
    "targeting\nbroker\n": ['row 2, column targeting: must be one of brokers, hubs, nearest, random, got "broker"; did you '
                            "mean brokers?"],
    "groups.est.fighters\n5\n": [
        "row 2, column groups.est.fighters: there is no such name in [groups]; did you mean `west`?"],
    "territory.growth,parameters.territory.growth\n0.4,0.5\n": ["column parameters.territory.growth stands there twice"],
    "territory.growth\n0.4\n0.4\n": ["row 3 is the same as row 2: for more luck give more seeds"],
    "territory.growth\n": ["has no rows; it needs a header with names and a row a point"],
    "territory.growth,\n0.4,7\n": ["has a column without a name: the 2. of 2"],
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_table_is_told_with_row_and_column(text, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(text)
    told = problems(path, None, PLANE)
    assert len(told) == len(WRONG[text]), told
    for message, wanted in zip(told, WRONG[text], strict=True):
        assert wanted in message


def test_all_mistakes_are_told_at_once_and_many_of_a_kind_are_counted(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("polcy,territory.growth,prestige.momentum\n" + "core_only,99,x\n" * 9)
    told = problems(path, None, PLANE)
    assert "did you mean policy?" in told[0]
    assert len(told) == 1 + 6 + 6
    assert told[6] == "column territory.growth: and 4 more cells are wrong"


DESIGN = """
[design]
title = "With a table"
scenarios = ["synthetic_plane"]
policies = ["core_only"]
weeks = 4
[uncertainties]
territory.growth = { low = 0.2, high = 0.6 }
rivals.lost_tips = [true, false]
[levers]
sever_links = { low = 0.0, high = 0.3, from = "strike_core" }
[sampling]
method = "latin_hypercube"
points = 2
"""


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(DESIGN)
    return path


def test_a_table_gives_the_points_of_a_design_by_name(design, tmp_path):
    rows = [{"sever_links": 0.25, "territory.growth": 0.3, "rivals.lost_tips": np.True_},
            {"rivals.lost_tips": np.False_, "territory.growth": np.float64(0.5), "sever_links": np.int64(0)}]  # fmt: skip
    runs = sweep(load_design(design), tmp_path / "out", points=rows).runs()
    assert runs["territory.growth"].tolist() == [0.3, 0.5]
    assert runs["sever_links"].tolist() == [0.25, 0.0]
    assert "effort.strike_core=" in runs["repeat"][0]  # at equal cost, as the design says
    turned = pd.DataFrame(rows)[["territory.growth", "rivals.lost_tips", "sever_links"]]
    again = sweep(load_design(design), tmp_path / "again", points=turned).runs()
    assert list(again["run_hash"]) == list(runs["run_hash"])


def test_columns_that_a_design_lacks_or_that_lack_are_told_and_values_outside_its_ranges(design):
    rows = [{"sever_link": 0.1, "territory.growth": 0.7, "territory.decay": 0.4}]
    told = problems(rows, design)
    assert any("column sever_link: is no factor of the design; did you mean sever_links?" in each for each in told)
    assert any("column territory.decay: is no factor of the design" in each for each in told)
    assert any(
        "has no column sever_links, which the design varies; is sever_link meant for it?" in each for each in told
    )
    assert any("has no column rivals.lost_tips" in each for each in told)
    assert any(
        "row 0, column territory.growth: must be within the design's range, 0.2 to 0.6, got 0.7" in each
        for each in told
    )


def test_a_matrix_of_shares_counts_by_position_as_before(design, tmp_path):
    runs = sweep(load_design(design), tmp_path / "out", points=np.array([[0.5, 0.1, 1.0]])).runs()
    assert runs["territory.growth"].tolist() == pytest.approx([0.4])
    assert runs["sever_links"].tolist() == [0.3]


def test_a_lever_of_a_table_alone_is_its_share_in_every_phase(tmp_path):
    asked = PLANE | {"policies": ["core_only"]}
    rows = [{"sever_links": 0.1, "strike_core": 0.7}, {"sever_links": 0.3, "strike_core": 0.5}]
    design, points = load_points(rows, None, asked)
    runs = sweep(design, tmp_path / "out", points=points).runs()
    assert runs["status"].tolist() == ["done", "done"]
    assert "effort.sever_links=0.3" in runs["repeat"][1]
    assert "effort.strike_core=0.5" in runs["repeat"][1]
    with pytest.raises(
        ScenarioError, match=r"must add up to at most 1, got 1\.9; give a column for what is taken less of"
    ):
        load_points([{"sever_links": 0.9}], None, asked)


def test_seeds_may_be_listed_and_differences_are_paired_by_them(design, tmp_path):
    listed = sweep(load_design(design, {"seeds": [3, 1]}), tmp_path / "out")
    assert sorted(listed.runs()["seed"].unique()) == [1, 3]
    values = listed.table("people_core")
    frame = listed.runs()
    assert values[:, 0].tolist() == frame[frame["seed"] == 3].sort_values("point")["people_core"].tolist()
    with pytest.raises(ScenarioError, match="1 is there twice"):
        load_design(design, {"seeds": [1, 1]})


def test_outcomes_at_weeks_are_those_of_runs_that_end_there(design, tmp_path):
    results = sweep(load_design(design, {"at": [2, 3], "outcomes": ["people_core", "deaths"]}), tmp_path / "out")
    shorter = sweep(load_design(design, {"weeks": 2}), tmp_path / "short").runs()
    for name in ("people_core", "deaths"):
        assert results.runs()[f"{name}_at_2"].tolist() == shorter[name].tolist()
    assert results.table("deaths_at_3").shape == (2, 1)
    with pytest.raises(ScenarioError, match=r"must be a week from 1 to 4, the last of synthetic_plane, got 9"):
        load_design(design, {"at": [9]})
    again = sweep(load_design(design, {"at": [2, 3], "outcomes": ["people_core", "deaths"]}), tmp_path / "again")
    assert again.summary["made"] == 0
    pd.testing.assert_frame_equal(again.runs(), results.runs(), check_exact=True)


def test_a_run_that_stops_says_so_and_is_not_compared_with_longer_ones(tmp_path):
    design, points = load_points(
        [{"territory.growth": 0.3, "weeks": 6}, {"territory.growth": 0.6, "weeks": 6}], None,
        {"scenarios": ["synthetic_plane"], "policies": ["core_only", "sever_links"], "stop": ["attacks_state >= 1e9"]},
    )  # fmt: skip
    whole = sweep(design, tmp_path / "whole", points=points)
    assert whole.stopped == {}
    assert np.isfinite(whole.table("deaths", "sever_links", against="core_only")).all()
    limit = float(whole.runs()["attacks_state"].median())
    stop = [f"attacks_state > {limit}"]
    design = load_points(
        points_as_rows(points), None, {**PLANE, "policies": ["core_only", "sever_links"], "stop": stop}
    )
    results = sweep(design[0], tmp_path / "stopped", points=design[1])
    runs = results.runs()
    ended = runs[runs["stopped_by"] != ""]
    assert 0 < len(ended) < len(runs)
    assert sum(results.stopped.values()) == len(ended)
    assert (runs["weeks_run"] <= 6).all()
    if runs["weeks_run"].nunique() > 1:
        with pytest.raises(
            UserError, match="runs stopped early, so that deaths of different runs covers different weeks"
        ):
            results.table("deaths", "sever_links", against="core_only")
    assert np.isfinite(results.table("weeks_run", "sever_links", against="core_only")).all()


def points_as_rows(points):
    return [dict(point) for point in points.values]


def test_what_is_printed_of_results_fits_on_a_screen(design, tmp_path):
    results = sweep(load_design(design), tmp_path / "out")
    assert repr(results) == repr(Results(results.out))
    assert len(repr(results)) < 200


@pytest.mark.parametrize("name", ["endless.csv", "endless.xlsx", "endless.parquet"])
def test_a_table_that_is_a_device_is_not_read_for_ever(name, tmp_path):
    (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(UserError, match=r"cannot be read as a table: .*a device or a pipe, not a file"):
        read_sheet(tmp_path / name)
