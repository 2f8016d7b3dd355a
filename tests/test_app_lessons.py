"""Lessons are data: the shipped ones load, their worlds run, wrong ones are refused in words; claims are found by words."""

import json
import shutil
from dataclasses import replace
from html import unescape
from typing import get_args

import numpy as np
import pytest

from experiments.app.claims_page import experiment_html
from experiments.app.claims_wall import ALL, EVERY, found, ledger, wall
from experiments.app.ensemble import Ensemble
from experiments.app.lesson import FOLDER, lessons, load_lesson
from experiments.app.lesson_chart import POINTS, chart_spec, drawn_words
from experiments.app.lesson_check import Found, answer_of, untaught
from experiments.app.lesson_parts import Answer, Goal
from experiments.app.lesson_progress import Progress, Recent
from experiments.app.lesson_text import answer_html
from experiments.app.links import link, read_link
from experiments.app.texts import GLOSSARY, glossary_html
from experiments.measures.statistics import Paired
from model.scenario import ScenarioError


def test_at_least_six_lessons_are_shipped_each_with_an_order_of_its_own():
    shipped = lessons()
    assert len(shipped) >= 6
    assert len({lesson.order for lesson in shipped.values()}) == len(shipped)


@pytest.mark.parametrize("name", lessons())
def test_a_lesson_teaches_only_what_its_runs_show_and_its_challenge_is_won_but_not_blindly(name):
    """The answer and all else that it tells, on paired seeds by interval; all knobs at an end, or untouched, do not win."""
    lesson = lessons()[name]
    assert lesson.seeds >= 12
    assert untaught(lesson) == []


def test_a_lesson_that_its_runs_do_not_show_and_a_challenge_that_is_won_blindly_are_found(short):
    prediction = short.prediction.model_copy(update={"answer": "lower"})
    goals = [Goal(knob="operations.deployable", worst=0.0, best=0.7)]
    challenge = short.challenge.model_copy(update={"goals": goals})
    lesson = short.model_copy(update={"prediction": prediction, "challenge": challenge, "also": []})
    wrong = untaught(lesson)
    assert "says `lower`, its runs say `higher`" in wrong[0]
    assert "the stored `winning` loses" in wrong[1]
    assert [each.split(",")[0] for each in wrong[2:]] == ["wins blindly"] * 2  # all corners at 0.7


@pytest.fixture(scope="module")
def short():
    """The first lesson, cut to some weeks: long enough that its answer holds."""
    lesson = lessons()["ink_spot"]
    return lesson.model_copy(update={"weeks": 20})


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (6, 9, "higher"), (-9, -6, "lower"), (-4, 4, "same"), (1, 4, "same"),
        (4, 6, "undetermined"), (-6, 1, "undetermined"), (0.1, 9, "undetermined"),
    ],
)  # fmt: skip
def test_an_answer_is_the_interval_beyond_the_margin_never_a_sign(low, high, answer):
    assert answer_of(Paired((low + high) / 2, low, high, 0.01), 100.0, 0.05) == answer


@pytest.mark.parametrize("name", lessons())
def test_every_wrong_answer_has_an_explanation_of_its_own_and_the_guess_stays_beside_the_answer(name):
    lesson = lessons()[name]
    prediction = lesson.prediction
    texts = [*prediction.wrong.values(), prediction.explanation]
    assert len(set(texts)) == 3
    for guess in get_args(Answer):
        html = unescape(answer_html(lesson, guess, [made_up(lesson, prediction.answer)]))
        assert f"Your prediction: “{prediction.words[guess]}”" in html
        assert f"The model's answer: <b>“{prediction.words[prediction.answer]}”" in html
        assert prediction.explanation in html
        assert [text in html for text in prediction.wrong.values()] == [each == guess for each in prediction.wrong]


def test_where_runs_say_something_else_nothing_is_explained():
    lesson = lessons()["pledges"]
    html = unescape(answer_html(lesson, "lower", [made_up(lesson, "undetermined")]))
    assert "explains nothing here" in html
    assert lesson.prediction.explanation not in html
    assert "As you predicted" not in html


def made_up(lesson, answer):
    return Found(lesson.prediction, 1.0, 2.0, Paired(1.0, 0.5, 1.5, 0.01), 12, answer)


@pytest.mark.parametrize("name", lessons())
def test_sliders_are_as_the_text_describes_them(name):
    """Each sets one number that the runs of an attempt really have, with what is left of a budget going to the rest."""
    lesson = lessons()[name]
    challenge = lesson.challenge
    assert len({knob.title for knob in challenge.knobs}) == len(challenge.knobs)
    values = dict(challenge.winning)
    overrides = lesson.attempt(values).arms[0].overrides
    assert {key: overrides[key] for key in values} == values
    if challenge.rest:
        assert overrides[challenge.rest.key] == pytest.approx(challenge.rest.total - sum(values.values()))
    assert lesson.attempt(values).runs[0].composed
    for goal in challenge.goals:
        assert (goal.score(goal.worst), goal.score(goal.best)) == (0, 100)
    assert read_link(link(lesson.attempt(values)))[0] == lesson.attempt(values)  # what Explore opens


def test_a_course_of_the_same_world_and_seed_is_run_once(short):
    known = Recent()
    one = Ensemble(short.attempt({"operations.deployable": 0.2}), 2, measures=short.measures, engine=1, known=known)
    one.run()
    two = replace(one, courses=[], over=False, engine=NoEngine())
    two.run()
    assert two.over
    assert two.courses == one.courses
    other = replace(two, setting=short.attempt({"operations.deployable": 0.3}))
    with pytest.raises(AssertionError, match="asked to run"):
        other.run()


class NoEngine:
    """An engine that must not be used."""

    deaths = ()

    def open(self):
        return self

    def width(self):
        return 1

    def submit(self, *arguments):
        raise AssertionError("asked to run")

    def shutdown(self, **options):
        pass


def test_the_chart_shows_the_second_world_only_when_it_was_run_and_counts_add_up():
    lesson = lessons()["pledges"].model_copy(update={"weeks": 8})
    runs = Ensemble(lesson.setting, 2, measures=lesson.measures, names=("pledges",), engine=1)
    assert chart_spec(lesson, runs, False)["lines"] == []
    runs.run()
    spec = chart_spec(lesson, runs, True)
    assert len(spec["lines"]) == 2
    assert all(np.diff(line["values"]).min() >= 0 for line in spec["lines"])  # so far
    assert spec["lines"][0]["values"][-1] == pytest.approx(
        np.mean([each.measured[lesson.prediction.measure.text] for each in runs.courses[0].values()]), rel=1e-3
    )
    assert drawn_words(lesson, [0.0] * 12 + [5.0], runs).startswith("Your line ends at 5")
    assert drawn_words(lesson, [0.0] * 12 + [None], runs) == ""


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
        ("[first]", "[first", "broken TOML"),
        ('lower = "Soldiers everywhere', 'lowest = "Soldiers everywhere', "wrong"),
        (
            'same = "The number of soldiers',
            'higher = "The number of soldiers',
            "each answer but `higher`: lower and same",
        ),
        ('answer = "higher"\naxis', "axis", "[prediction] answer"),
        ('winning = { "operations.deployable" = 0.2,', "winning = {", "must say in `winning` where each knob stands"),
        ('"operations.deployable" = 0.2, ', '"operations.deployable" = 0.9, ', "also in `winning`"),
        ('{ knob = "operations.deployable", worst', '{ knob = "operations.deploy", worst', "got operations.deploy"),
        ('measure = "people_core"', 'measure = { events = "pledge" }', "since a guess of its course is drawn"),
        ("weeks = 78", "weeks = 78\nseeds = 4", "seeds"),
        ('measure = "displaced"', 'measure = "displaces"', "did you mean `displaced`?"),
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
    cards = wall(claims)
    assert len(cards) == len(claims) > 40
    assert found(cards, claims, "", ALL, EVERY, "verdict") == cards
    assert "C01" in [card.id for card in found(cards, claims, "pledges contagious", ALL, EVERY, "verdict")]
    assert not found(cards, claims, "no claim says this", ALL, EVERY, "verdict")
    assert all("Why this tests the claim" in experiment_html(claim) for claim in claims.values())


def test_the_glossary_has_the_words_of_the_model():
    for word in ("core", "province", "pledge", "silence", "alignment", "prestige", "lever", "seed", "ink spot"):
        assert word in GLOSSARY
        assert f"<dt>{word}</dt>" in glossary_html()


def test_what_a_browser_has_kept_is_taken_as_far_as_it_is_of_the_lesson():
    shipped = lessons()
    name, lesson = next(iter(shipped.items()))
    done = Progress(name)
    study = done.of(name)
    study.guess, study.revealed, study.best = next(iter(lesson.prediction.words)), True, 70
    study.knobs = {knob.key: knob.high for knob in lesson.challenge.knobs}
    study.drawn = [None, *[1.5] * (POINTS - 1)]
    kept = json.loads(json.dumps(done.kept))
    again = Progress()
    assert again.recall(kept, shipped)
    assert (again.here, again.studies, again.finished) == (name, done.studies, 1)
    assert not again.recall({"studies": {}}, shipped), "what was done in this visit is not overwritten"
    for wrong in (
        None,
        7,
        [],
        {"studies": 3},
        {"here": "x", "studies": {"x": {}, name: {"guess": "no", "best": 1e9, "knobs": 1}}},
    ):
        fresh = Progress()
        assert not fresh.recall(wrong, shipped)
        assert fresh.finished == 0
        assert fresh.kept == {}
