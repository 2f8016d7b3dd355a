"""A small forecast from the shipped ensemble to files that others read; stopped half-way, it goes on."""

import json
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import polars
import pytest
from typer.testing import CliRunner
from views_evaluation.evaluation.evaluation_frame import EvaluationFrame
from views_evaluation.evaluation.native_evaluator import NativeEvaluator

from experiments.batch.errors import PlanError
from experiments.cli.forecast import Asked
from experiments.cli.main import app
from experiments.history.forecasts.exports import write_forecast
from experiments.history.forecasts.forecast import ForecastPlan, forecast
from experiments.history.forecasts.words import forecast_lines
from experiments.history.plan import Plan
from experiments.history.scores import crps_of_samples
from experiments.history.target import load_targets
from experiments.points.ensemble import load_ensemble

DRAWS = 3


class Killed(BaseException):
    pass


def plan_to(day):
    reports = load_targets()
    return ForecastPlan(Plan(load_ensemble(), reports, reports, end=day), DRAWS)


@pytest.fixture(scope="module")
def plan():
    return plan_to(date(2016, 3, 31))


@pytest.fixture(scope="module")
def found(plan, tmp_path_factory):
    out, made = tmp_path_factory.mktemp("forecast"), []

    def stop(progress):
        made.append(progress.made)
        if progress.made == 2:
            raise Killed

    with pytest.raises(Killed):
        forecast(plan, out, progress=stop)
    told = []
    again = forecast(plan, out, progress=told.append)
    assert told[-1].made < DRAWS  # what was stored is not run again
    assert told[-1].stored == DRAWS
    return again


@pytest.fixture(scope="module")
def files(found, tmp_path_factory):
    out = tmp_path_factory.mktemp("files")
    return out, write_forecast(found, out)


def test_a_forecast_has_every_month_country_town_and_series(found):
    assert found.counts.shape == (DRAWS, 3, 59)
    assert found.counts.sum() > 0
    assert set(found.towns["date"]) == {date(2016, 3, 31)}
    assert len(found.towns) == len(found.scenario.towns)
    assert {"area_core", "people_core", "fighters_core", "area_provinces", "provinces"} <= set(found.series["forecast"])
    assert found.years.empty  # the year does not end by March
    assert found.known.reported.keys() == {2014, 2015}
    assert any("Towns of the bloc on 2016-03-31" in line for line in forecast_lines(found))


def test_other_tools_read_the_files_as_the_challenge_wants_them(found, files):
    out, written = files
    assert all(path.is_file() for path in written)
    places, countries = len(found.grid.gids), 55
    for level, unit, size in (("cm", "country_id", countries), ("pgm", "priogrid_gid", places)):
        path = out / "views" / level / "window=Y2016" / f"{level}_2016.parquet"
        frame = pd.read_parquet(path)
        assert frame.index.names == ["month_id", unit]
        assert frame.columns.tolist() == ["draw", "outcome"]
        assert len(frame) == 3 * size * DRAWS
        assert frame["outcome"].dtype == np.int32
        assert frame["outcome"].min() >= 0
        assert sorted(set(frame.index.get_level_values("month_id"))) == [433, 434, 435]
        assert set(frame["draw"]) == set(range(DRAWS))
        assert polars.read_parquet(path)["outcome"].sum() == frame["outcome"].sum()
        hive = duckdb.sql(f"select sum(outcome), min(\"window\") from '{out}/views/{level}/*/*.parquet'").fetchall()
        assert hive == [(frame["outcome"].sum(), "Y2016")]
    assert frame["outcome"].sum() == found.counts.sum()  # cells add up to countries
    table = pd.read_parquet(out / "country_months.parquet")
    assert len(table) == 3 * 59 * DRAWS
    iraq = table[(table["iso3"] == "IRQ") & (table["month_id"] == 434)].sort_values("draw")
    assert iraq["outcome"].tolist() == found.counts[:, 1, found.countries.index("IRQ")].tolist()
    assert set(iraq["gwcode"]) == {645}


def test_the_fields_own_evaluator_accepts_the_frame_and_gives_our_scores(files):
    frame = pd.read_parquet(files[0] / "views" / "cm" / "window=Y2016" / "cm_2016.parquet")
    wide = frame.set_index("draw", append=True)["outcome"].unstack("draw")
    observed = np.arange(len(wide)) % 7 * 3.0
    units = {name: wide.index.get_level_values(name).to_numpy() for name in wide.index.names}
    identifiers = {"time": units["month_id"], "unit": units["country_id"], "origin": np.zeros(len(wide), dtype=int),
                   "step": units["month_id"] - 432}  # fmt: skip
    theirs = NativeEvaluator({
        "regression_targets": ["deaths"], "regression_sample_metrics": ["CRPS"], "steps": [1, 2, 3],
        "evaluation_profile": "base",
    })  # fmt: skip
    told = theirs.evaluate(EvaluationFrame(observed, wide.to_numpy(dtype=float), identifiers, {"target": "deaths"}))
    months = told.to_dict()["schemas"]["month"]
    for month in (433, 434, 435):
        inside = units["month_id"] == month
        ours = crps_of_samples(wide.to_numpy()[inside], observed[inside]).mean()
        assert months[f"month{month}"]["CRPS"] == pytest.approx(ours)


def test_dates_before_the_first_month_are_refused():
    with pytest.raises(PlanError, match="--to must be the end of a month after 2015-12-31"):
        _ = plan_to(date(2016, 1, 30)).months
    with pytest.raises(PlanError):
        Asked("shipped", [], "2015-06-30", 3).plans()


def test_policies_of_the_same_name_get_folders_of_their_own():
    plans = Asked("shipped", ["comprehensive", "comprehensive"], "2016-01-31", 3).plans()
    assert list(plans) == ["comprehensive", "comprehensive_again"]


def test_the_command_says_what_it_was_made_from(tmp_path):
    words = ["forecast", "--draws", "2", "--to", "2016-01-31", "--jobs", "1", "--out", str(tmp_path)]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0, ended.output
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["forecast"]
    assert told["policy"] == "as_before"
    assert told["known_until"] == "2015-12-31"
    assert told["months"] == ["2016-01-01"]
    assert told["draws"] == 2
    assert "Other wars are not in the model" in ended.output.replace("\n", " ")
