"""A lesson worked out beforehand: its two worlds, what its seeds say, and its challenge over a grid of settings."""

from functools import partial
from itertools import pairwise, product
from typing import Any

from experiments.app.ensemble import Ensemble, take_course
from experiments.app.lesson import lessons
from experiments.app.lesson_chart import chart_spec
from experiments.app.lesson_check import WON, found, goal_values, score
from experiments.app.lesson_parts import Challenge, Knob
from experiments.app.lesson_text import answer_html, goal_words
from experiments.app.pair import Pair
from experiments.app.setting import Setting
from experiments.batch.engine import Task, outcome_of
from experiments.batch.errors import UserError
from experiments.batch.run import replicates
from experiments.measures.language import Measure
from experiments.measures.numbers import number
from experiments.site.gallery import Made, replay_data
from experiments.site.packed import Json, data_script, packed_world

ALONE = 2  # a single slider has so many times the settings of one of two
MANY = 3  # from so many sliders on each has only the settings that it must have


def settings_of(knob: Knob, winning: float, steps: int) -> list[float]:
    """Return the settings of a slider: its ends, its start, the one that wins, and middles of the widest gaps."""
    settings = sorted({knob.low, knob.high, knob.value, winning})
    while len(settings) < steps:
        gaps = [high - low for low, high in pairwise(settings)]
        widest = gaps.index(max(gaps))
        settings.insert(widest + 1, float(f"{(settings[widest] + settings[widest + 1]) / 2:.3g}"))
    return settings


def grid_of(challenge: Challenge, steps: int) -> list[list[float]]:
    """Return the settings of each slider of a challenge."""
    count = len(challenge.knobs)
    each = ALONE * steps if count == 1 else steps if count < MANY else 0
    return [settings_of(knob, challenge.winning[knob.key], each) for knob in challenge.knobs]


def attempt_parts(name: str, steps: int) -> tuple[int, list[tuple[tuple[float, ...], int]]]:
    """Return how many weeks the worlds of a lesson simulate, and every setting of its challenge with its weeks."""
    lesson = lessons()[name]
    weeks = lesson.weeks * lesson.seeds
    return 2 * weeks, [(values, weeks) for values in product(*grid_of(lesson.challenge, steps))]


def make_worlds(name: str) -> Made:
    """Play the two worlds of a lesson and run its seeds; return the worlds' files and what the page reveals."""
    lesson = lessons()[name]
    pair = Pair.of(lesson.setting.runs)
    pair.advance(pair.weeks)
    data, files = replay_data(pair, [lesson.first.title, lesson.second.title], (lesson.prediction.series,))
    data["worlds"] = [f"lesson-{name}.{at}" for at in (1, 2)]
    for key, world in zip(data["worlds"], pair.worlds, strict=True):
        files[f"data/{key}.js"] = data_script(key, packed_world(world))
    ensemble = run_here(lesson.setting, lesson.seeds, lesson.measures, (lesson.prediction.series,))
    seen = [found(each, ensemble) for each in lesson.findings]
    revealed = {answer: answer_html(lesson, answer, seen) for answer in lesson.prediction.words}
    facts = {"replay": data, "chart": chart_spec(lesson, ensemble, locked=True), "revealed": revealed}
    return Made(files, facts)


def make_attempt(name: str, values: tuple[float, ...]) -> Made:
    """Try one setting of the sliders of a lesson's challenge; return its score and what was reached of each goal."""
    lesson = lessons()[name]
    challenge = lesson.challenge
    turned = dict(zip((knob.key for knob in challenge.knobs), values, strict=True))
    ensemble = run_here(lesson.attempt(turned), lesson.seeds, challenge.measures, (lesson.prediction.series,))
    reached = goal_words(lesson, goal_values(challenge, turned, ensemble))
    rest = f"{challenge.rest.title}: {challenge.turned(turned)[challenge.rest.key]:g}" if challenge.rest else ""
    return Made(
        {}, {"values": list(values), "score": score(challenge, turned, ensemble), "goals": reached, "rest": rest}
    )


def run_here(setting: Setting, seeds: int, measures: tuple[Measure, ...], names: tuple[str, ...]) -> Ensemble:
    """Return an ensemble whose runs were made in this process. Raises UserError where one fails."""
    ensemble = Ensemble(setting, seeds, measures=measures, names=names)
    for arm, run in enumerate(setting.runs):
        for each in replicates(run, range(seeds)):
            outcome = outcome_of(Task(each, partial(take_course, measures, names=names), {"arm": arm}))
            if outcome.data is None:
                raise UserError(f"seed {each.seed}: {outcome.error}. To repeat it: {outcome.repeat}")
            ensemble.courses[arm][each.seed] = outcome.data
    ensemble.over = True
    return ensemble


def lesson_json(name: str, steps: int, worlds: Json, attempts: list[Json]) -> Json:
    """Return what the script of a lesson's page needs. `attempts`: the facts of every setting of its challenge."""
    challenge = lessons()[name].challenge
    grid = grid_of(challenge, steps)
    return {
        "name": name, "won": WON, **worlds,
        "knobs": [_knob(knob, settings) for knob, settings in zip(challenge.knobs, grid, strict=True)],
        "attempts": {_place(grid, each["values"]): each for each in attempts},
    }  # fmt: skip


def _knob(knob: Knob, settings: list[float]) -> dict[str, Any]:
    return {"title": knob.title, "words": [number(each) for each in settings], "start": settings.index(knob.value)}


def _place(grid: list[list[float]], values: list[float]) -> str:
    """Where a setting stands in the grid, as the script asks for it: the position of each slider."""
    return ",".join(str(row.index(value)) for row, value in zip(grid, values, strict=True))
