"""In which futures does a policy backfire, which factors decide it, and how do policies perform across all futures?

A policy backfires in a future where an outcome is worse than under another policy: beyond the 95% interval over seeds
where there are three replicates or more, by more than `margin` in any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle
from scipy.special import stdtrit

from experiments.batch.errors import UserError
from experiments.measures.numbers import number
from experiments.measures.statistics import LEVEL
from experiments.report.figures import GREY, INK, blank, image, plain
from experiments.report.palette import SLATE, WORSE
from experiments.report.study import Figure, Section, Study, table
from experiments.studies.discovery import Box, feature_scores, find_box
from experiments.studies.robustness_study import futures, numeric, robust
from experiments.studies.sensitivity import Floats
from experiments.studies.sensitivity_study import mean_over_replicates
from experiments.sweep.results import Results
from model.record import OUTCOMES

BOXES = (
    "PRIM finds the boxes; each of their limits is distinguishable from chance at 5% (quasi-p of Bryant and Lempert)."
)
WORST = 0.25  # share of futures that count as the worst
CASE, OTHER = WORSE, SLATE


@dataclass(frozen=True)
class Question:
    """Where is `outcome` worse under `policy` than under `against`, by more than `margin` (in its unit)?

    Without `against`, in a sweep of one policy: where is it worse than at the lowest value of `lever` in the same future;
    without a lever, where is it among the worst quarter of all futures?
    """

    outcome: str
    policy: str
    against: str
    scenario: str
    margin: float = 0.0
    lever: str = ""

    @property
    def words(self) -> str:
        """The question as a phrase."""
        by = f" by more than {number(self.margin)}" if self.margin else ""
        meaning = OUTCOMES[self.outcome].meaning
        if not self.against:
            than = f"than at the lowest {self.lever}" if self.lever else f"than in {1 - WORST:.0%} of futures"
            return f"{meaning} worse{by} {than} under {self.policy}"
        return f"{meaning} worse under {self.policy} than under {self.against}{by}"

    @property
    def name(self) -> str:
        """The question as a name of files."""
        return "-".join((self.scenario, self.policy, self.against or self.lever or "worst", self.outcome))


@dataclass(frozen=True)
class Discovery:
    """The answer: the futures that count with their factors, what happened in them, the box, the scores of factors."""

    question: Question
    factors: pd.DataFrame
    worse: Floats  # how much worse, (futures,): positive is worse
    cases: np.ndarray
    box: Box
    scores: pd.DataFrame


def discover(results: Results, question: Question) -> Discovery:
    """Answer a question from the results of a sweep. Raises UserError where the outcome has no better direction."""
    better = OUTCOMES[question.outcome].better if question.outcome in OUTCOMES else 0
    if not better:
        worth = ", ".join(name for name, outcome in OUTCOMES.items() if outcome.better)
        raise UserError(f"{question.outcome}: neither direction is worse for the population; choose one of {worth}")
    if not results.factors:
        raise UserError(
            f"{results.out}: nothing varies in this design, so that no region can be found: add [uncertainties]"
        )
    values = _how_much_worse(results, question, better)
    mean = mean_over_replicates(values)
    known = np.isfinite(mean)
    factors = numeric(futures(results))[known].reset_index(drop=True)
    happened = _backfires(values, question.margin)[known]
    scores = feature_scores(factors, mean[known]) if len(factors) and factors.shape[1] else pd.DataFrame()
    return Discovery(question, factors, mean[known], happened, find_box(factors, happened), scores)


def _how_much_worse(results: Results, question: Question, better: int) -> Floats:
    """Return how much worse an outcome is in each future and replicate, (points, replicates): positive is worse."""
    if question.against:
        return -better * results.table(question.outcome, question.policy, question.scenario, question.against)
    results.check_comparable(question.outcome)
    own = -better * results.table(question.outcome, question.policy, question.scenario)
    if not question.lever:
        return np.asarray(own - np.nanquantile(mean_over_replicates(own), 1 - WORST), dtype=float)
    lowest = at_lowest(results, question.lever)
    values: Floats = own - own[lowest]
    values[lowest == np.arange(len(own))] = np.nan  # nothing to compare with
    return values


def at_lowest(results: Results, lever: str) -> np.ndarray:
    """Return for each point the one of the same future, all other factors alike, with the lowest value of a lever."""
    frame = futures(results)
    others = [name for name in frame.columns if name != lever]
    if not others:
        return np.full(len(frame), int(frame[lever].argmin()))
    groups = frame.groupby(others, dropna=False, sort=False)[lever]
    return np.asarray(groups.transform("idxmin").to_numpy(), dtype=int)


def paired_levers(results: Results) -> list[str]:
    """Return the levers that take several values in the same future, as in a full factorial design."""
    factors = results.manifest["design"]["factors"]
    levers = [name for name, each in factors.items() if each["role"] == "lever" and each["kind"] == "number"]
    return [name for name in levers if (at_lowest(results, name) != np.arange(len(results.points))).any()]


def _backfires(values: Floats, margin: float) -> np.ndarray:
    """Whether each future's mean is worse by more than the margin, and its 95% interval too from three replicates on."""
    mean, count = mean_over_replicates(values), (~np.isnan(values)).sum(axis=1)
    squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
    error = np.sqrt(squares / np.maximum(count - 1, 1) / np.maximum(count, 1))
    half = np.where(count > 2, stdtrit(np.maximum(count - 1, 1), (1 + LEVEL) / 2) * error, 0.0)
    return np.asarray(mean - half > margin)


def study(results: Results, found: Sequence[Discovery], command: str) -> Study:
    """Return the page of a discovery, with the robustness of all policies on the same outcomes."""
    design = results.manifest["design"]
    sections = [_section(each) for each in found]
    asked = list(dict.fromkeys((each.question.scenario, each.question.outcome) for each in found))
    sections += [section for scenario, outcome in asked if (section := robust(results, scenario, outcome)) is not None]
    replicates = int(results.summary.get("replicates", 1))
    return Study(
        title=f"{design['title']}: in which futures",
        question=design.get("question", ""),
        what=f"{len(results.points)} futures, {len(results.factors)} factors, {replicates} replicates each.",
        answer=[f"{_capital(each.question.words)}: {_tail(each.box.words)}" for each in found],
        grades=[_grade(replicates), BOXES],
        sections=sections,
        varied={name: factor["values"] for name, factor in design["factors"].items()},
        command=command,
    )


def _grade(replicates: int) -> str:
    if replicates > 2:
        return "A future counts as a case only if the 95% interval over its seeds is on the worse side."
    seeds = "1 replicate" if replicates == 1 else f"{replicates} replicates"
    return f"With {seeds} a future, chance decides some cases; with three or more, intervals decide."


def _section(found: Discovery) -> Section:
    limits = pd.DataFrame(
        [(limit.factor, limit.low, limit.high, limit.quasi_p) for limit in found.box.limits],
        columns=["factor", "low", "high", "quasi_p"],
    )
    tables = []
    if len(limits):
        headings = {"factor": "factor", "low": "from", "high": "to", "quasi_p": "chance of luck"}
        tables.append(table("The box", limits, headings, open=True))
    if len(found.scores):
        headings = {"factor": "factor", "score": "importance", "spread": "±", "correlation": "rank correlation"}
        tables.append(table("Which factors explain how much worse it is", found.scores, headings))
    figures = []
    if found.factors.shape[1]:
        data = found.factors.assign(worse=found.worse, case=found.cases)
        words = f"Futures by the factors that matter: {found.question.words}"
        figures.append(Figure(f"discovery-{found.question.name}", image(_scatter(found), data), words))
    return Section(_capital(found.question.words), words=[found.box.words], figures=figures, tables=tables)


def _scatter(found: Discovery) -> Drawing:
    names = list(dict.fromkeys([*(limit.factor for limit in found.box.limits), *found.scores["factor"]]))[:2]
    across, up = names[0], names[-1]
    figure = blank(6.4, 4.6)
    axes = figure.add_axes((0.12, 0.14, 0.85, 0.74))
    for flag, colour, marker, words in ((False, OTHER, "o", "not worse"), (True, CASE, "^", "worse")):
        rows = found.cases == flag
        axes.plot(found.factors[across][rows], found.factors[up][rows], marker, color=colour, markersize=5, alpha=0.75,
                  linestyle="none", label=f"{words} ({int(rows.sum())})")  # fmt: skip
    spans = {limit.factor: limit for limit in found.box.limits}
    edges = []
    for name in (across, up):
        ends = float(found.factors[name].min()), float(found.factors[name].max())
        edges.append((spans[name].low, spans[name].high) if name in spans else ends)
    if spans:
        corner, size = (edges[0][0], edges[1][0]), (edges[0][1] - edges[0][0], edges[1][1] - edges[1][0])
        axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=INK, linewidth=1.4, label="the box"))
    axes.set_xlabel(across, fontsize=8)
    axes.set_ylabel(up, fontsize=8)
    plain(axes)
    axes.legend(fontsize=7, frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1.0))
    figure.text(0.02, 0.955, _capital(found.question.words), fontsize=8.5, fontweight="bold", color=INK)
    figure.text(0.02, 0.015, "each mark is a future; axes: the two most important factors", fontsize=6, color=GREY)
    return figure


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _tail(words: str) -> str:
    return words[:1].lower() + words[1:]
