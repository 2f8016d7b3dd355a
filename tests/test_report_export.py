"""A comparison for other programs: a wide CSV, a workbook without formulas, and the command that makes each chart."""

import re
import shlex
from dataclasses import replace
from datetime import date
from html import unescape

import numpy as np
import pandas as pd
import pytest
from made_up import build
from openpyxl import load_workbook
from typer.testing import CliRunner

from experiments.batch.errors import UserError
from experiments.batch.spreadsheets import safe, write_rows
from experiments.cli.main import app
from experiments.report.comparison import chart_command
from experiments.report.drawing import check_chart
from experiments.report.export import wide, write_csv, write_workbook
from model.record import OUTCOMES

FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture(scope="module")
def evidence():
    found = build()
    sly = found.policies["cut"].model_copy(update={"title": FORMULA})
    return replace(found, policies={**found.policies, "cut": sly})


def test_the_csv_has_a_row_a_run_and_its_numbers_are_those_of_the_runs(evidence, tmp_path):
    path = tmp_path / "results.csv"
    write_csv(wide(evidence), path)
    read = pd.read_csv(path)
    assert len(read) == len(evidence.runs)
    assert set(OUTCOMES) <= set(read.columns)
    assert np.allclose(read["people_core"], evidence.runs["people_core"])


def test_what_looks_like_a_formula_is_harmless_text(evidence, tmp_path):
    frame = pd.DataFrame({"text": ["=1+1", "+1", "-1", "@x", "\t=1", "fine"], "number": [-1.0, 2, 3, 4, 5, 6]})
    assert list(safe(frame)["text"]) == ["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "fine"]
    assert list(safe(frame)["number"]) == [-1.0, 2, 3, 4, 5, 6]
    write_csv(wide(evidence), tmp_path / "results.csv")
    assert f",={FORMULA[1:5]}" not in (tmp_path / "results.csv").read_text()
    write_workbook(evidence, tmp_path / "results.xlsx", "inkspot compare")
    for sheet in load_workbook(tmp_path / "results.xlsx"):
        cells = [cell for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    sly = [cell for row in load_workbook(tmp_path / "results.xlsx")["Runs"] for cell in row if cell.value == FORMULA]
    assert sly
    assert all(cell.quotePrefix for cell in sly)


def test_rows_without_pandas_are_written_to_the_byte_as_pandas_writes_them(tmp_path):
    columns = ["week", "date", "=name", "share"]
    shares = [0.1, -0.0, 1e300, 5e-324, 123456789.123, float("nan"), float("inf"), 1.0]
    words = ["", 'said "so"', "a, b", "two\nlines", "other\rends", FORMULA, "-1", "Ωmega ü"]
    rows = [(n, date(2015, 1, 1 + n), *each) for n, each in enumerate(zip(words, shares, strict=True))]
    for name, table in (("some", rows), ("none", [])):
        write_rows(tmp_path / f"{name}.csv", columns, table)
        safe(pd.DataFrame(table, columns=columns)).to_csv(tmp_path / "pandas.csv", index=False)
        assert (tmp_path / f"{name}.csv").read_bytes() == (tmp_path / "pandas.csv").read_bytes()


def test_other_letters_than_ascii_are_read_by_excel_and_by_others(tmp_path):
    write_csv(pd.DataFrame({"title": ["Évaluer"]}), tmp_path / "accents.csv")
    assert (tmp_path / "accents.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(tmp_path / "accents.csv")["title"][0] == "Évaluer"
    write_csv(pd.DataFrame({"title": ["plain"]}), tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_bytes() == b"title\nplain\n"


def test_the_workbook_says_what_it_is_and_has_numbers_as_numbers(evidence, tmp_path):
    write_workbook(evidence, tmp_path / "results.xlsx", "inkspot compare synthetic_plane")
    book = load_workbook(tmp_path / "results.xlsx")
    assert {"About", "Differences", "Runs", "Outcomes"} <= set(book.sheetnames)
    about = dict(book["About"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert about["command"] == "inkspot compare synthetic_plane"
    assert about["baseline"] == "Strike the core"
    head, first, *_ = book["Differences"].iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    effect = evidence.effects[row["policy"], row["outcome"]]
    assert row["difference"] == pytest.approx(effect.difference)
    assert row["mark"]


def test_the_command_of_a_chart_leaves_out_what_is_not_for_charts():
    assert chart_command("inkspot compare x --fresh --pdf --chart old --out y") == "inkspot compare x --out y --chart"


def test_a_chart_that_does_not_exist_is_told_with_the_nearest():
    check_chart("course-cut", ["core_only", "cut"], "core_only")
    with pytest.raises(UserError, match="did you mean difference-people_core"):
        check_chart("difference-people_cor", ["core_only", "cut"], "core_only")
    with pytest.raises(UserError, match="no chart"):
        check_chart("places-core_only", ["core_only", "cut"], "core_only")


def test_the_command_under_each_chart_makes_the_same_picture_and_numbers(tmp_path, monkeypatch):
    words = [
        "compare",
        "synthetic_plane",
        "--policies",
        "core_only,sever_links",
        "--seeds",
        "2",
        "--weeks",
        "6",
        "--jobs",
        "1",
    ]
    words += ["--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["inkspot", *words])
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    figures = tmp_path / "out" / "figures"
    commands = [
        unescape(command) for command in re.findall(r"<code>(inkspot compare [^<]* --chart [^<]*)</code>", page)
    ]
    named = {shlex.split(command)[-1] for command in commands}
    assert {path.stem for path in figures.iterdir()} == named
    for name in ("matrix-all", "difference-people_core", "course-sever_links", "map-core_only"):
        before = {path.name: path.read_bytes() for path in figures.glob(f"{name}.*")}
        for path in figures.glob(f"{name}.*"):
            path.unlink()
        command = next(command for command in commands if command.endswith(f" {name}"))
        made = CliRunner().invoke(app, shlex.split(command)[1:])
        assert made.exit_code == 0, made.output
        assert {path.name: path.read_bytes() for path in figures.glob(f"{name}.*")} == before
    assert (tmp_path / "out" / "results.csv").exists()
    assert (tmp_path / "out" / "results.xlsx").exists()
