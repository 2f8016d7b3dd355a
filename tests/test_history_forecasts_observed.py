"""What was observed is read, and every mistake in it is named with its line and a remedy, all at once."""

import pytest

from experiments.batch.errors import UserError
from experiments.history.forecasts.observed import COUNTRY_MONTHS, Names, read_all

NAMES = Names(["IRQ", "SYR"], [101, 102], ["mosul"], ["core", "state", "contested"], ["area_core"])
START = 433  # January 2016
HEADER = "country,month,deaths\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="observed.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mistakes(*files):
    with pytest.raises(UserError) as wrong:
        read_all(files, NAMES, START)
    return str(wrong.value)


def test_counts_have_every_month_and_unit_and_who_is_not_named_had_none(file):
    path = file(HEADER + "IRQ,2015-12,7\nSYR,2016-01,0\nIRQ,2016-02,3\n")
    (found,) = read_all([path], NAMES, START)
    assert found.kind == COUNTRY_MONTHS
    counts = found.counts(NAMES.country)
    assert counts.index.tolist() == [432, 433, 434]
    assert counts["IRQ"].tolist() == [7, 0, 3]
    assert counts["SYR"].tolist() == [0, 0, 0]


def test_all_mistakes_are_told_at_once_with_line_and_remedy(file):
    path = file(HEADER + "irq,2016-01,1\nXXX,2016-01,1\nIRQ,2016-1,4\nIRQ,2016-01,-2\nIRQ,2016-01,2.5\nIRQ,2016-01\n")
    told = mistakes(path)
    assert "line 2: country 'irq' is not in the scenario: did you mean IRQ?" in told
    assert "line 3: country 'XXX' is not in the scenario: leave the line out, or write one of IRQ, SYR" in told
    assert "line 4: month must be a month as 2016-01, got '2016-1'" in told
    assert "line 5: deaths must be 0 or more, got -2" in told
    assert "line 6: deaths must be a whole number, got '2.5'" in told
    assert "line 7: must have 3 values (country,month,deaths), got 2" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER + "IRQ,2015-11,1\nIRQ,2016-01,1\nIRQ,2016-04,1\n", "months are missing: 2015-12, 2016-02, 2016-03"),
        (HEADER + "IRQ,2015-11,1\n", "ends in 2015-11, before the forecast begins (2016-01): add later months"),
        (HEADER, "has no lines: nothing can be scored"),
        (HEADER + "IRQ,2016-01,1\nIRQ,2016-01,2\n", "line 3: IRQ 2016-01 stands in line 2 too: keep one"),
        ("land,month,deaths\n", "line 1: the header must be country,month,deaths or priogrid_gid,month,deaths"),
        ("", "line 1: the header must be"),
        ("country,year,fighting\nIRQ,2016,2\n", "line 2: fighting must be 0 or 1, got 2"),
        ("country,year,fighting\nIRQ,2015,1\n", "has no year from 2016 on"),
        ("town,date,holder\nmosul,2016-12-31,nobody\n", "line 2: holder 'nobody' is not in the scenario"),
        ("town,date,holder\nmosul,31.12.2016,core\n", "line 2: date must be a date as 2016-12-31, got '31.12.2016'"),
        ("series,date,value\narea_core,2015-12-31,9\n", "has no day from 2016-01-01 on"),
        ("priogrid_gid,month,deaths\n7,2016-01,3\n", "has no lines of cells of the map (1 lines of others)"),
    ],
)
def test_what_is_wrong_is_named(file, text, told):
    assert told in mistakes(file(text))


def test_cells_off_the_map_are_left_out_and_counted(file):
    (found,) = read_all([file("priogrid_gid,month,deaths\n7,2016-01,3\n101,2016-01,2\n")], NAMES, START)
    assert found.left_out == 1
    assert found.counts([101, 102]).to_numpy().tolist() == [[2, 0]]


def test_two_files_of_one_kind_and_files_that_are_not_there_are_refused(file, tmp_path):
    text = HEADER + "IRQ,2016-01,1\n"
    assert "another file has country,month,deaths too" in mistakes(file(text), file(text, "again.csv"))
    told = mistakes(tmp_path / "none.csv", file("x\n"))
    assert "none.csv: cannot be read" in told
    assert "observed.csv, line 1" in told
