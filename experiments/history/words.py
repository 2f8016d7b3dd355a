"""What a calibration and a backtest came to, in sentences computed from their numbers, misfit first."""

import numpy as np

from experiments.history.backtest import Backtest
from experiments.history.calibrate import SMALL, Calibrated
from experiments.history.country_years import year_lines
from experiments.history.matching import CUTOFF
from experiments.history.town_chances import town_lines
from experiments.history.towns import theatre_lines

MOST = 5
LIKELY = 0.3  # chances that are named


def calibration_lines(found: Calibrated) -> list[str]:
    """Say what each wave left, whether discrepancies had to be widened, and which targets are missed most."""
    lines, before = [], 1.0
    for wave in found.waves:
        words = (
            f"Wave {wave.number}: {wave.points} points, so far {wave.plausible} non-implausible; the emulators leave "
        )
        words += f"{wave.share:.2g} of the ranges ({wave.share / before:.2g} of the space before)"
        if wave.cutoff > CUTOFF:
            words += f", the least implausible points that were found, I up to {wave.cutoff:.1f}"
        before = wave.share
        doubt = f"the emulators' variance is at most {wave.doubt:.2g} of all others"
        lines.append(f"{words}; {doubt}, above {SMALL:g} for {wave.doubtful} targets.")
    lines.append(_stopped(found))
    if found.factor > 1:
        lines.append(f"Too few points pass with the declared discrepancies: they were multiplied by {found.factor:g}.")
    lines += _weight_lines(found)
    lines += _emulator_lines(found)
    means = found.weights @ found.implausible
    names = list(found.targets)
    missed = [f"{names[at]} ({means[at]:.1f})" for at in np.argsort(-means)[:MOST]]
    lines.append(f"Missed most, mean implausibility over members: {', '.join(missed)}.")
    if found.failed:
        lines.append(f"{found.failed} points had a run that failed or could not be measured, and were left out.")
    if found.without:
        missing = ", ".join(f"{name} ({points})" for name, points in found.without.items())
        lines.append(f"Points left out because a run has no value of a target, which may bias the fit: {missing}.")
    return lines


def _stopped(found: Calibrated) -> str:
    last, before = found.waves[-1], found.waves[-2].share if len(found.waves) > 1 else 1.0
    if last.settled(before):
        reason = "small beside the others" if last.doubt <= SMALL else "no longer what makes the space smaller"
        return f"Waves ended by the rule: the emulators' variance is {reason}."
    return (
        f"Waves ended because {found.plan.waves} were asked for; by the rule, more would still make the space smaller."
    )


def _weight_lines(found: Calibrated) -> list[str]:
    weighed = found.weighed
    lines = [
        f"{len(found.members.shares)} members with weights stand for {len(weighed.weights)} points that were drawn by the "
        f"emulated likelihood and weighed by their own runs: effective sample size {weighed.effective:.0f}. "
        f"{found.plausible} of all {found.tried} points that were run are non-implausible."
    ]
    if weighed.tempered:
        lines.append(
            f"Weights were tempered: with the full correction of the emulators by runs the effective sample size is "
            f"{weighed.full:.0f}; the exponent on it is {weighed.exponent:.2f} (1: in full, 0: the emulators as they are)."
        )
    return lines


def _emulator_lines(found: Calibrated) -> list[str]:
    sure = [f"{name} ({check.before:.2f})" for name, check in found.checks.items() if check.before > 1]
    lines = [
        "Emulators out of sample: errors beyond what was predicted (their standard deviation, then 1 after raising the "
        f"variance) for {', '.join(sure) or 'none'}."
    ]
    poor = [name for name, check in found.checks.items() if not check.learnt]
    if poor:
        lines.append(f"Not learnt by their emulators, which therefore rule nothing out: {', '.join(poor)}.")
    return lines


def score_lines(found: Backtest) -> list[str]:
    """Say coverage, skill, what lies outside, and where the model is no better than a null model."""
    summary, scores = found.summary, found.scores
    lines = []
    if len(scores):
        lines.append(_coverage("all", len(scores), summary["coverage50"], summary["coverage90"]))
        parts = f"{summary['coverage50_facts']:.0%} in the 50% interval, {summary['coverage90_facts']:.0%} in the 90%"
        lines.append(f"Correlated targets counted as what they are, {summary['facts']:.0f} facts: {parts}.")
        ahead = int(summary["forecasts"])
        if ahead:
            lines.append(
                _coverage(
                    "those not used in fitting", ahead, summary["coverage50_forecasts"], summary["coverage90_forecasts"]
                )
            )
        else:
            lines.append("All of these targets were used in fitting: this is a check of the fit, not of forecasts.")
        outside = [str(row["target"]) for row in scores.to_dict("records") if not row["in90"]]
        lines.append(f"Outside the 90% interval: {', '.join(outside) or 'none'}.")
    for null, words in (("persistence", "the last report"), ("trend", "a straight line through reports")):
        rows = scores.dropna(subset=[null])
        if len(rows):
            worse = [str(row["target"]) for row in rows.to_dict("records") if row["crps"] >= row[null]]
            text = f"Against {words} ({len(rows)} targets that have one): skill {summary[f'skill_{null}']:+.2f} of the CRPS"
            lines.append(f"{text}; no better on {', '.join(worse) or 'none'}.")
    lines += year_lines(found.countries) + town_lines(found.town_scores)
    lines += theatre_lines(found.theatres)
    coming = [year for year in found.chances if year > found.plan.ensemble.known_until.year]
    return lines + [_ahead_line(found, year) for year in coming]


def _ahead_line(found: Backtest, year: int) -> str:
    codes, chance = list(found.scenario.governments), found.chances[year]
    likely = [f"{codes[at]} {chance[at]:.2f}" for at in np.argsort(-chance, kind="stable") if chance[at] >= LIKELY]
    return f"Chance of fighting in {year}, {chance.sum():.1f} countries expected: {', '.join(likely) or 'none likely'}."


def _coverage(which: str, count: int, half: float, most: float) -> str:
    return f"Of {count} targets ({which}) {half:.0%} lie in the 50% interval, {most:.0%} in the 90% interval."
