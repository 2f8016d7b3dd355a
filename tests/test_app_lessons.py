"""Lessons are data: the shipped ones load, their worlds run, wrong ones are refused in words; claims are found by words."""

import shutil
from itertools import product

import pytest

from experiments.app.claims_page import ALL, experiment_html, found, ledger
from experiments.app.ensemble import Ensemble
from experiments.app.lesson import FOLDER, answer_of, challenge_mean, lessons, load_lesson
from experiments.app.texts import GLOSSARY, glossary_html
from model.scenario import ScenarioError


def test_at_least_six_lessons_are_shipped_each_with_an_order_of_its_own():
    shipped = lessons()
    assert len(shipped) >= 6
    assert len({lesson.order for lesson in shipped.values()}) == len(shipped)


@pytest.mark.parametrize("name", lessons())
def test_the_knobs_of_a_lesson_reach_from_end_to_end(name):
    lesson = lessons()[name]
    knobs = lesson.challenge.knobs
    assert all(knob.low <= knob.value <= knob.high for knob in knobs)
    for values in product(*((knob.low, knob.high) for knob in knobs)):  # an attempt sets all of them
        assert lesson.attempt(dict(zip((knob.key for knob in knobs), values, strict=True))).runs[0].composed
    assert lesson.challenge.score(lesson.challenge.worst) == 0
    assert lesson.challenge.score(lesson.challenge.best) == 100


def test_the_model_answers_the_first_lesson():
    lesson = lessons()["ink_spot"]
    ensemble = Ensemble(lesson.setting, 2, measures=lesson.measures)
    ensemble.run()
    answer, first, second = answer_of(lesson, ensemble)
    assert answer == "higher"
    assert second > first > 0
    tried = Ensemble(lesson.attempt({"operations.main_effort": 0.5}), 2, measures=lesson.measures)
    tried.run()
    assert challenge_mean(lesson, tried) == pytest.approx(first)


@pytest.mark.parametrize("name", lessons())
def test_the_knobs_of_a_lesson_move_its_score(name):
    lesson = lessons()[name]
    ends = [{knob.key: end(knob) for knob in lesson.challenge.knobs} for end in (low, high)]
    found = set()
    for values in ends:
        tried = Ensemble(lesson.attempt(values), 2, measures=lesson.measures)
        tried.run()
        found.add(lesson.challenge.score(challenge_mean(lesson, tried)))
    assert len(found) == 2, "a challenge that no knob changes teaches nothing"


def low(knob):
    return knob.low


def high(knob):
    return knob.high


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('measure = "people_core"', 'measure = "people_cor"', "did you mean `people_core`?"),
        (
            'measure = "people_core"',
            'outcome = "people_core"',
            'is no longer a key; write `measure = "people_core"`',
        ),
        (
            'measure = "people_core"',
            'measure = { series = "people_core", at = 99 }',
            "names week 99, but the experiment ends in week 78",
        ),
        (
            'measure = "people_core"',
            'measure = { organisations = "fighters", of = ["eastt"] }',
            "did you mean `east`?",
        ),
        ("weeks = 78", "weeks = 9999", "weeks"),
        ('scenario = "synthetic_plane"', 'scenario = "plane"', "must be a shipped scenario"),
        ('title = "What an ink spot is"', 'titel = "What an ink spot is"', "did you mean `title`"),
        ('"mechanisms.operations" = false', '"territory.speed" = 85', "territory.speed"),
        (
            '"mechanisms.operations" = false',
            '"territory.selfenforcement" = 0.85',
            "did you mean `self_enforcement`",
        ),
        ("[first]", "[first", "is not TOML"),
    ],
)
def test_a_wrong_lesson_is_refused_with_file_key_and_remedy(tmp_path, old, new, words):
    path = tmp_path / "mine.toml"
    shutil.copy(FOLDER / "ink_spot.toml", path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_lesson(path)
    assert words in str(caught.value)
    assert "lessons/mine.toml" in str(caught.value)


def test_claims_are_found_by_their_words():
    claims = ledger()
    assert len(claims) > 40
    assert found(claims, "", ALL) == claims
    assert next(iter(found(claims, "pledges contagious", ALL))) == "C01"
    assert not found(claims, "no claim says this", ALL)
    assert all("Why this tests the claim" in experiment_html(claim) for claim in claims.values())


def test_the_glossary_has_the_words_of_the_model():
    for word in ("core", "province", "pledge", "silence", "alignment", "prestige", "lever", "seed", "ink spot"):
        assert word in GLOSSARY
        assert f"<dt>{word}</dt>" in glossary_html()
