"""A small forecast from the shipped ensemble to files that others read; stopped half-way, it goes on."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

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
from experiments.history.forecasts.observed import COUNTRY_MONTHS, COUNTRY_YEARS, Observed
from experiments.history.forecasts.score import read_observed, score
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
    more = []
    forecast(replace(plan, draws=DRAWS + 1), out, progress=more.append)
    assert more[-1].made == 1  # more draws are the same first ones and new ones
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


def test_a_forecast_is_scored_against_files_of_every_kind_and_says_where_it_loses(plan, found, tmp_path):
    rng, past = np.random.default_rng(1), pd.period_range("2014-01", "2016-03", freq="M")
    middle = np.median(found.counts, axis=(0, 1))
    lines = [f"{code},{month},{rng.poisson(middle[place])}"
             for month in past for place, code in enumerate(found.countries)]  # fmt: skip
    texts = {
        "cm.csv": ["country,month,deaths", *lines],
        "pgm.csv": ["priogrid_gid,month,deaths", f"{found.grid.gids[0]},2016-01,4", "1,2016-01,9"],
        "years.csv": ["country,year,fighting", "IRQ,2016,1", "SYR,2016,1"],
        "towns.csv": ["town,date,holder", "mosul,2016-03-31,core", "baghdad,2016-03-31,state", "raqqa,2016-02-01,core"],
        "series.csv": ["series,date,value", "area_core,2016-03-31,70000"],
    }
    for name, text in texts.items():
        (tmp_path / name).write_text("\n".join(text), encoding="utf-8")
    scores = score(found, read_observed(plan, [tmp_path / name for name in texts]))
    table = scores.tables["country_months_scores"].set_index("forecaster")
    assert {"model", "zero", "last_observation", "conflictology", "base_rate", "trend", "lag_logistic"} == set(
        table.index
    )
    assert table.loc["model", "count"] == 3 * 59
    assert scores.tables["cell_months_scores"]["count"].iloc[0] == len(found.grid.gids)  # January only
    assert scores.tables["town_scores"]["towns"].tolist() == [2] * 6
    row = scores.tables["series_scores"].iloc[0]
    assert row["observed"] == pytest.approx(np.log(70_000))
    assert row["error"] == pytest.approx(abs(row["median"] - row["observed"]))
    assert row["error_persistence"] == pytest.approx(np.log(78_000 / 70_000), abs=0.01)
    told = " ".join(scores.lines)
    assert "the model loses to" in told
    assert "conflictology in crps" in told
    assert "1 lines of cells off the map were left out" in told
    assert "no ends of forecast quarters were left out: 2016-02-01" in told
    assert "no observed year is forecast whole" in told


def test_whole_years_are_scored_by_lists_and_by_months(found):
    """The same runs as if a whole year had been forecast: chances of lists, and of sums of months."""
    year = found.years.reindex(range(59)).assign(year=2016, chance_bloc=0.1, chance_all=0.2)
    whole = replace(found, years=year)
    observed = Observed(Path("lists.csv"), COUNTRY_YEARS, pd.DataFrame(
        [("IRQ", 2016, 1), ("SYR", 2016, 1), ("LBY", 2016, 0)], columns=["country", "year", "fighting"]))  # fmt: skip
    rows = [(code, 421 + month, 30 if code == "IRQ" else 0) for month in range(24) for code in found.countries]
    months = Observed(Path("cm.csv"), COUNTRY_MONTHS, pd.DataFrame(rows, columns=["country", "month", "deaths"]))
    scores = score(whole, [observed, months])
    lists = scores.tables["bloc_year_scores"].set_index("forecaster")
    assert lists.loc["model", "expected"] == pytest.approx(5.9)
    assert lists.loc["last_year", "expected"] == 14  # of the shipped list of 2015
    sums = scores.tables["country_year_scores"].set_index("forecaster")
    assert sums.loc["model", ["events", "expected"]].tolist() == pytest.approx([1, 11.8])
    assert sums.loc["last_year", "brier"] == 0
    assert any("1 countries with 25 deaths, 11.8 expected" in line for line in scores.lines)


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
