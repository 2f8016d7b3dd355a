"""Whether a claim's verdict can come out otherwise within the ranges of the parameters, or under a rival finding.

A single draw that shows another sign proves nothing: it may be the luck of its seed. So draws only say where to look. At the
points of the draws that speak most against the stated verdict the experiment is repeated on seeds that no draw has seen, and
judged like any other: with intervals, smallest relevant effects, and p-values adjusted over all points looked at. A claim
comes out otherwise where it is decided there, and differently. That draws were chosen does not spoil the test, since the
seeds are fresh; that none is found does not prove that there is none.

Draws move three hundred parameters at once, and hardly any of them far. So two corners follow, where nothing is moved but
the parameters behind the claim's own mechanisms, each to an end of its range: those that speak against the verdict by what
the draws show, and the opposite ones, since the draws may show it by luck.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.linear_model import RidgeCV

from experiments.claims.arms import Condition
from experiments.claims.assumptions import assumed
from experiments.claims.claim import Claim, Outcome
from experiments.claims.judge import Finding, Floats, Judgement, Verdict, direction
from experiments.claims.plan import Extent, Pair
from experiments.claims.verdicts import overall
from experiments.points.draws import drawn, drawn_parameters

CORNERS = ("against", "opposite")  # where the parameters behind a claim's mechanisms are at the ends of their ranges
SEEDS = 8  # pairs at a point
FIRST_SEED = 100_000  # draws have their own number as seed, claims as stated the numbers from 0
LEAST_DRAWS = 8  # with fewer, nothing is predicted
PENALTIES = (1.0, 10.0, 100.0, 1000.0)  # of the ridge regression, chosen by its own cross-validation

Found = Mapping[str, Mapping[Condition, list[Finding]]]  # claim -> condition -> findings
Judge = Callable[["Probes"], Found]  # makes the runs of probes and judges them together


@dataclass(frozen=True)
class Probes(Extent):
    """The extent of looking elsewhere: points of some claims, on fresh seeds. `points`: claim -> its points."""

    points: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)

    def share(self, claim: Claim) -> float:
        """All of the 5%: a point is looked at once."""
        return 1.0

    def conditions(self, claim: Claim) -> list[Condition]:
        """The claim's points."""
        return list(self.points.get(claim.id, ()))

    def pairs(self, claim: Claim, outcome: Outcome, condition: Condition) -> list[Pair]:
        """Fresh seeds at a point."""
        return [(condition, FIRST_SEED + number) for number in range(SEEDS)]

    def drawn(self) -> list[Pair]:
        """Nothing beside the points."""
        return []


@dataclass(frozen=True)
class Way:
    """A condition under which a claim is decided otherwise than stated, by so many pairs."""

    condition: str
    verdict: Verdict
    pairs: int

    @property
    def words(self) -> str:
        """It in words: contradicted at draw:7, 8 pairs."""
        place = "with" if self.condition.startswith("rival") else "at"
        return f"{self.verdict} {place} {self.condition}, {self.pairs} pairs"


def ways(judgement: Judgement) -> list[Way]:
    """Return where a claim is decided otherwise than stated: under rival findings, and at points that were looked at."""
    places = {f"rival:{name}": found for name, found in judgement.under.items()} | judgement.elsewhere
    return [
        Way(place, verdict, min(each.pairs for each in found if each.verdict == verdict))
        for place, found in places.items()
        if found and (verdict := overall(found)) not in ("undetermined", judgement.verdict)
    ]


def counts(judgements: Sequence[Judgement]) -> tuple[int, int, int]:
    """Return how many claims can come out otherwise, how many others carry the mark by construction, and the rest."""
    otherwise = sum(bool(ways(each)) for each in judgements)
    marked = sum(bool(each.by_construction) and not ways(each) for each in judgements)
    return otherwise, marked, len(judgements) - otherwise - marked


def count_words(judgements: Sequence[Judgement]) -> str:
    """Return these counts as a sentence."""
    otherwise, marked, rest = counts(judgements)
    open_ones = sum(bool(ways(each)) and each.verdict == "undetermined" for each in judgements)
    of_them = f" ({open_ones} of them undetermined as stated, and decided there)" if open_ones else ""
    return (
        f"{otherwise} of {len(judgements)} can come out otherwise{of_them}, under a rival finding or within the ranges of "
        f"the parameters; {marked} carry the mark by construction; of the remaining {rest} neither is shown."
    )


def looked_elsewhere(judgements: Mapping[str, Judgement], ensemble: str, judge: Judge) -> dict[str, Judgement]:
    """Return judgements with what was found at points that speak against them, of those that no rival finding turns.

    Points are tried one after another, a further one only where the earlier show nothing (see `places`).
    """
    points: dict[str, tuple[Condition, ...]] = {}
    known = dict(judgements)
    waiting = {name: places(judgement, ensemble) for name, judgement in judgements.items() if not ways(judgement)}
    for turn in range(max(map(len, waiting.values()), default=0)):
        chosen = {name: each[turn] for name, each in waiting.items() if turn < len(each) and not ways(known[name])}
        points |= {name: (*points.get(name, ()), point) for name, point in chosen.items()}
        found = judge(Probes(points=dict(points), ensemble=ensemble)) if chosen else {}
        for name, conditions in found.items():
            elsewhere = {condition.label: findings for condition, findings in conditions.items()}
            known[name] = replace(known[name], elsewhere=elsewhere)
    return known


def places(judgement: Judgement, ensemble: str = "") -> tuple[Condition, ...]:
    """Return the points at which a verdict may be another one, in the order in which they are tried: draws, then corners."""
    draws = tuple(Condition(draw=draw, ensemble=ensemble) for draw in against(judgement, ensemble))
    return draws + corners(judgement, ensemble)


def corners(judgement: Judgement, ensemble: str = "") -> tuple[Condition, ...]:
    """Return two corners of the ranges: the parameters behind a claim's mechanisms where the draws say that they speak
    against its verdict (by ridge regression on them alone), and where they say the opposite. All others stay as stated.
    """
    scores, spans = _scores(judgement), drawn_parameters(ensemble)
    known = np.flatnonzero(np.isfinite(scores))
    names = [name for each in assumed(judgement.claim) if (name := str(each["name"])) in spans]
    if len(known) < LEAST_DRAWS or not names:
        return ()
    slopes = _slopes(scores[known], [drawn(int(draw), ensemble) for draw in known], names)
    ends = {name: spans[name] if slope > 0 else spans[name][::-1] for name, slope in zip(names, slopes, strict=True)}
    return tuple(
        Condition(corner=corner, values=tuple((name, end[place]) for name, end in ends.items()))
        for place, corner in enumerate(CORNERS)
    )


def against(judgement: Judgement, ensemble: str = "") -> tuple[int, ...]:
    """Return the draws at which a claim's verdict may be another one: the one that says so most, and then the one that
    should by its parameters (ridge regression over the draws, since the first may owe it to luck).
    """
    scores = _scores(judgement)
    known = np.flatnonzero(np.isfinite(scores))
    if not len(known):
        return ()
    order = [int(known[np.argmin(scores[known])])]
    if len(known) >= LEAST_DRAWS:
        predicted = _predicted(scores[known], [drawn(int(draw), ensemble) for draw in known], ensemble)
        order.append(next(int(known[place]) for place in np.argsort(predicted) if int(known[place]) != order[0]))
    return tuple(order)


def _scores(judgement: Judgement) -> Floats:
    """How well each draw agrees with the verdict (draws,), in standard deviations over the draws; low: it speaks against it.

    Supported (and undetermined): the outcome that agrees least. Contradicted: less the contradicted outcome that comes
    closest to what is expected. Negligible: less the largest size of an effect that is negligible as stated.
    """
    if not judgement.draws:
        return np.zeros(0)
    places = list(range(len(judgement.findings)))
    if judgement.verdict in ("contradicted", "negligible"):
        places = [place for place in places if judgement.findings[place].verdict == judgement.verdict]
    agreement = np.array([_agreement(judgement, place) for place in places])
    if judgement.verdict == "negligible":
        return -np.abs(agreement).max(axis=0)
    least: Floats = agreement.min(axis=0)
    return -least if judgement.verdict == "contradicted" else least


def _agreement(judgement: Judgement, place: int) -> Floats:
    """An outcome's statistic in each draw, in the expected direction and in its standard deviations."""
    finding, statistics = judgement.findings[place], judgement.draws[place].statistics
    sign = direction(finding.outcome)
    towards = statistics * sign if sign else (finding.outcome.margin or 0.0) - np.abs(statistics)
    spread = float(np.nanstd(statistics)) if np.isfinite(statistics).any() else 0.0
    return towards / (spread or 1.0)


def _predicted(scores: Floats, points: Sequence[Mapping[str, float]], ensemble: str) -> Floats:
    """What parameters predict of scores (draws,): ridge regression on parameters as shares of their spread."""
    table = _standardised(points, list(drawn_parameters(ensemble)))
    return np.asarray(RidgeCV(alphas=PENALTIES).fit(table, scores).predict(table), dtype=np.float64)


def _slopes(scores: Floats, points: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """How scores change with each of some parameters (parameters,): ridge regression on these alone."""
    return np.asarray(RidgeCV(alphas=PENALTIES).fit(_standardised(points, names), scores).coef_, dtype=np.float64)


def _standardised(points: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Return parameters at points in standard deviations from their mean (points, parameters); 0 if they do not move."""
    table = np.array([[point[name] for name in names] for point in points])
    spread = table.std(axis=0)
    standardised: Floats = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return standardised
