"""The guide shows the whole language; its mistakes have the same words wherever measures are written."""

import re
import tomllib
from pathlib import Path

import pytest

from experiments import measures
from experiments.app.lesson import FOLDER as LESSONS
from experiments.claims.arms import MEASURING
from experiments.cli.check import file_problems
from experiments.history import target
from experiments.measures.language import FORMS, parse_measure

GUIDE = (Path(measures.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_guide_shows_every_form_and_its_examples_are_measures():
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", GUIDE, re.MULTILINE)
    assert [name for name, _ in rows] == list(FORMS)
    for name, example in rows:
        assert isinstance(parse_measure(tomllib.loads(f"x = {example}")["x"]), FORMS[name])


def test_the_guides_example_runs(capsys):
    exec(compile(re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)[1], "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("log(1 + number of attack events of provinces)")


def test_the_measuring_version_covers_every_file_that_a_value_depends_on():
    folder = Path(measures.__file__).parent
    met, waiting = set(), ["language"]
    while waiting:
        name = waiting.pop()
        met.add(name)
        found = re.findall(
            r"from experiments\.measures\.(\w+) import", (folder / f"{name}.py").read_text(encoding="utf-8")
        )
        waiting += [each for each in found if each not in met]
    assert met - {"former"} == set(MEASURING)  # which only refuses


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('"people_cor"', 'must be the name of an outcome or a table, got "people_cor"; did you mean `people_core`?'),
        ('{ serie = "people_core" }', "got the keys serie; did you mean `series`?"),
        ('{ events = "pledge", by = "frist" }', "did you mean `first`?"),
        (
            '{ organisations = "fighters", of = ["eastt"] }',
            'names "eastt", which synthetic_plane does not have; did you',
        ),
        ('{ series = "people_core", at = 999 }', "names week 999, but"),
        ("3", "must be the name of an outcome or a table, got 3"),
    ],
)
def test_a_mistake_has_the_same_words_in_a_ledger_in_targets_and_in_a_lesson(tmp_path, written, words, monkeypatch):
    monkeypatch.setattr(target, "SCENARIO", "synthetic_plane")
    lesson = (LESSONS / "ink_spot.toml").read_text(encoding="utf-8")
    ledger = '[C56]\ntitle = "a"\nstatement = "b"\nscenario = "synthetic_plane"\nweeks = 9\n[[C56.outcomes]]\n'
    ledger += 'measure = "people_core"\nexpected = "lower"\n'
    targets = (
        '[targets.a]\ntitle = "a"\ndate = 2015-01-01\nmeasure = "people_core"\nlow = 1\nhigh = 2\nunit = "people"\n'
    )
    targets += 'error = 0.1\ndiscrepancy = 0.1\nsource = "made up"\n'
    for name, text in (("ledger", ledger), ("targets", targets), ("lesson", lesson)):
        if name == "targets" and "999" in written:
            continue  # a target's weeks may lie after its date
        file = tmp_path / f"{name}.toml"
        file.write_text(text.replace('measure = "people_core"', f"measure = {written}", 1), encoding="utf-8")
        (problem,) = file_problems(str(file))
        assert words in str(problem)
        assert problem.key.endswith("measure")
        assert file.name in str(problem)
