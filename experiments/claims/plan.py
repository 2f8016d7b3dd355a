"""Which runs the claims need: each run once, however many claims, arms and outcomes ask something of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from experiments.batch.engine import Task
from experiments.batch.measured import Key, measured_data, task_hash
from experiments.batch.outcome import RunData
from experiments.claims.arms import STATED, Condition, Recipe, run_hash
from experiments.claims.claim import Claim, Outcome
from experiments.measures.language import Measure, evaluate

if TYPE_CHECKING:
    from model.record import Result

OFF = Condition(off=True)
Pair = tuple[Condition, int]  # a condition and the seed of one pair
Measured = tuple[Measure, int]  # a measure and its horizon in weeks


@dataclass(frozen=True)
class Extent:
    """How much is done: seeds (None: each claim's own), draws and what they are of, rival findings, ablation.

    `by_rule`: the number of seeds of each claim follows from its ledger's stopping rule, if it has one. `otherwise`: claims
    are also put to points of the ranges that speak against their verdicts (`otherwise.py`).
    """

    seeds: int | None = None
    draws: int = 0
    rivals: bool = False
    off: bool = False
    ensemble: str = ""
    by_rule: bool = False
    otherwise: bool = False

    def share(self, claim: Claim) -> float:
        """The share of the 5% of false decisions that is spent when the claim is judged with the seeds that it has."""
        return claim.rules.seeds.share(claim.seeds) if self.by_rule and claim.rules.seeds else 1.0

    def conditions(self, claim: Claim) -> list[Condition]:
        """The conditions under which verdicts are reached."""
        rivals = [Condition(rival=name) for name in claim.rivals] if self.rivals else []
        return [STATED, *rivals, *([OFF] if self.off and claim.mechanisms else [])]

    def pairs(self, claim: Claim, outcome: Outcome, condition: Condition) -> list[Pair]:
        """The pairs of an outcome under a condition: one a seed, or one a draw."""
        seeds = self.seeds or claim.seeds
        if outcome.across == "seeds":
            return [(condition, seed) for seed in range(seeds)]
        return [(replace(condition, draw=draw, ensemble=self.ensemble), draw) for draw in range(max(seeds, self.draws))]

    def drawn(self) -> list[Pair]:
        """The draws, each with one seed."""
        return [(Condition(draw=draw, ensemble=self.ensemble), draw) for draw in range(self.draws)]


@dataclass
class _Wanted:
    """A run, and what is measured of it, by the key of the stored value."""

    recipe: Recipe
    measures: dict[Key, Measured] = field(default_factory=dict)


class Plan:
    """The runs of claims to an extent. `hashes` tells which run a claim's arm is under a condition with a seed.

    earlier: a plan of the same claims with other numbers of seeds: what it has hashed is not hashed again.
    """

    def __init__(self, claims: Mapping[str, Claim], extent: Extent, earlier: "Plan | None" = None) -> None:
        self.claims, self.extent = claims, extent
        self.hashes: dict[tuple[str, str, Condition, int], str] = {}
        known = earlier.hashes if earlier else {}
        self._wanted: dict[str, _Wanted] = {}
        for claim, (condition, seed) in self._in_turn():
            for arm in claim.used_arms:
                recipe = Recipe(claim, arm, condition, seed)
                self._add(recipe, known.get((claim.id, arm, condition, seed)) or run_hash(recipe))

    def _in_turn(self) -> Iterator[tuple[Claim, Pair]]:
        """Yield every pair of every claim: what is stated first, seed by seed, so that a batch that stops is balanced."""
        turns: list[tuple[int, int, Claim, Pair]] = []
        for claim in self.claims.values():
            conditions = self.extent.conditions(claim)
            pairs = {pair: turn for turn, condition in enumerate(conditions)
                     for outcome in claim.outcomes for pair in self.extent.pairs(claim, outcome, condition)}  # fmt: skip
            pairs = dict.fromkeys(self.extent.drawn(), len(conditions)) | pairs
            turns += [(min(turn, 1), pair[1], claim, pair) for pair, turn in pairs.items()]
        for _, _, claim, pair in sorted(turns, key=lambda turn: turn[:2]):
            yield claim, pair

    def _add(self, recipe: Recipe, name: str) -> None:
        claim = recipe.claim
        self.hashes[claim.id, recipe.arm, recipe.condition, recipe.seed] = name
        wanted = self._wanted.setdefault(name, _Wanted(recipe))
        for outcome in claim.outcomes:
            for measure in outcome.measures:
                wanted.measures[name, measure.text, claim.weeks] = (measure, claim.weeks)

    def tasks(self, known: Collection[Key]) -> list[Task[RunData]]:
        """Return the runs that are still to be made, each as long as the longest horizon asks. `known`: stored values."""
        tasks = []
        for name, wanted in self._wanted.items():
            missing = [measured for key, measured in wanted.measures.items() if key not in known]
            tasks += [_task(name, wanted.recipe, weeks, each) for weeks, each in _by_length(missing).items()]
        return tasks

    @property
    def runs(self) -> int:
        """The number of different runs."""
        return len(self._wanted)

    def stored(self, known: Collection[Key]) -> int:
        """Return the number of runs of which all values are stored."""
        return sum(all(key in known for key in wanted.measures) for wanted in self._wanted.values())


def _by_length(wanted: list[Measured]) -> dict[int, list[Measured]]:
    """Return what is measured in runs of which length: the map is that of the last week, all else can be cut."""
    maps: dict[int, list[Measured]] = {}
    for measure, horizon in wanted:
        if measure.needs_map:
            maps.setdefault(horizon, []).append((measure, horizon))
    others = [(measure, horizon) for measure, horizon in wanted if not measure.needs_map]
    if others:
        longest = max(horizon for _, horizon in [*others, *((None, horizon) for horizon in maps)])
        maps.setdefault(longest, []).extend(others)
    return maps


def _task(name: str, recipe: Recipe, weeks: int, wanted: list[Measured]) -> Task[RunData]:
    run = recipe.lasting(weeks)
    columns = {
        "scenario": str(run.scenario), "policy": run.policy or "", "seed": run.seed, "condition": recipe.condition.label,
        "task": task_hash(name, [(measure.text, horizon) for measure, horizon in wanted]), "run_hash": name,
    }  # fmt: skip
    return Task(run, partial(take_measures, tuple(wanted)), columns)


def take_measures(wanted: tuple[Measured, ...], result: "Result") -> RunData:
    """Return the measures of a result, each at its horizon, as the rows that a store takes."""
    return measured_data(
        (measure.text, horizon, float(evaluate(measure, result, horizon))) for measure, horizon in wanted
    )
