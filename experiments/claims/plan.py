"""Which runs the claims need: each run once, however many claims, arms and outcomes ask something of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from experiments.claims.arms import STATED, Condition, Recipe, Task, run_hash
from experiments.claims.claim import Claim, Outcome
from experiments.claims.results import Key
from experiments.measures.language import Measure

OFF = Condition(off=True)
Pair = tuple[Condition, int]  # a condition and the seed of one pair


@dataclass(frozen=True)
class Extent:
    """How much is done: seeds (None: each claim's own), draws and what they are of, rival findings, ablation."""

    seeds: int | None = None
    draws: int = 0
    rivals: bool = False
    off: bool = False
    ensemble: str = ""

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
class _Asked:
    """A run, and what is asked of it: (measure, horizon) by key."""

    recipe: Recipe
    wanted: dict[Key, tuple[Measure, int]] = field(default_factory=dict)


class Plan:
    """The runs of claims to an extent. `hashes` tells which run a claim's arm is under a condition with a seed."""

    def __init__(self, claims: Mapping[str, Claim], extent: Extent) -> None:
        self.claims, self.extent = claims, extent
        self.hashes: dict[tuple[str, str, Condition, int], str] = {}
        self._asked: dict[str, _Asked] = {}
        for claim, (condition, seed) in self._in_turn():
            for arm in claim.used_arms:
                self._ask(Recipe(claim, arm, condition, seed))

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

    def _ask(self, recipe: Recipe) -> None:
        claim, name = recipe.claim, run_hash(recipe)
        self.hashes[claim.id, recipe.arm, recipe.condition, recipe.seed] = name
        asked = self._asked.setdefault(name, _Asked(recipe))
        for outcome in claim.outcomes:
            for measure in outcome.measures:
                asked.wanted[name, measure.text, claim.weeks] = (measure, claim.weeks)

    def tasks(self, known: Iterable[Key]) -> list[Task]:
        """Return the runs that are still to be made, each as long as the longest horizon asks."""
        stored = set(known)
        tasks = []
        for name, asked in self._asked.items():
            missing = [wanted for key, wanted in asked.wanted.items() if key not in stored]
            tasks += [_task(name, asked.recipe, horizon, wanted) for horizon, wanted in _by_length(missing).items()]
        return tasks


def _by_length(wanted: list[tuple[Measure, int]]) -> dict[int, list[tuple[Measure, int]]]:
    """Return what is measured in runs of which length: the map is that of the last week, all else can be cut."""
    maps: dict[int, list[tuple[Measure, int]]] = {}
    for measure, horizon in wanted:
        if measure.needs_map:
            maps.setdefault(horizon, []).append((measure, horizon))
    others = [(measure, horizon) for measure, horizon in wanted if not measure.needs_map]
    if others:
        longest = max(horizon for _, horizon in [*others, *((None, horizon) for horizon in maps)])
        maps.setdefault(longest, []).extend(others)
    return maps


def _task(name: str, recipe: Recipe, horizon: int, wanted: list[tuple[Measure, int]]) -> Task:
    run = recipe.run
    run = replace(run, overrides={**run.overrides, "weeks": horizon})
    return Task(run, name, tuple(wanted), recipe.condition.label)
