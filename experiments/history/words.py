"""What a calibration and a backtest came to, in sentences computed from their numbers, misfit first."""

import numpy as np

from experiments.history.backtest import Backtest
from experiments.history.calibrate import Calibrated
from experiments.history.country_years import year_lines
from experiments.history.matching import CUTOFF, LEAST_SHARE
from experiments.history.town_chances import town_lines

MOST = 5
LIKELY = 0.3  # chances that are named


def calibration_lines(found: Calibrated) -> list[str]:
    """Say what each wave left, whether discrepancies had to be widened, and which targets are missed most."""
    lines = []
    for wave in found.waves:
        words = f"Wave {wave.number}: {wave.points} points, so far {wave.plausible} non-implausible"
        if wave.number > 1:
            words += f"; the emulators leave {wave.share:.1%} of the ranges"
        if wave.cutoff > CUTOFF:
            words += f" (next to nothing: the best {LEAST_SHARE:.0%} were taken, I up to {wave.cutoff:.1f})"
        lines.append(words + ".")
    if found.factor > 1:
        lines.append(f"Too few points pass with the declared discrepancies: they were multiplied by {found.factor:g}.")
    lines.append(
        f"{len(found.shares)} of {found.plausible} non-implausible points (of {found.tried}) make the ensemble."
    )
    means = found.implausible.mean(axis=0)
    names = list(found.targets)
    missed = [f"{names[at]} ({means[at]:.1f})" for at in np.argsort(-means)[:MOST]]
    lines.append(f"Missed most, mean implausibility over members: {', '.join(missed)}.")
    if found.failed:
        lines.append(f"{found.failed} points had a run that failed or could not be measured, and were left out.")
    return lines


def score_lines(found: Backtest) -> list[str]:
    """Say coverage, skill, what lies outside, and where the model is no better than a null model."""
    summary, scores = found.summary, found.scores
    lines = []
    if len(scores):
        lines.append(_coverage("all", len(scores), summary["coverage50"], summary["coverage90"]))
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
    coming = [year for year in found.chances if year > found.plan.ensemble.known_until.year]
    return lines + [_ahead_line(found, year) for year in coming]


def _ahead_line(found: Backtest, year: int) -> str:
    codes, chance = list(found.scenario.governments), found.chances[year]
    likely = [f"{codes[at]} {chance[at]:.2f}" for at in np.argsort(-chance, kind="stable") if chance[at] >= LIKELY]
    return f"Chance of fighting in {year}, {chance.sum():.1f} countries expected: {', '.join(likely) or 'none likely'}."


def _coverage(which: str, count: int, half: float, most: float) -> str:
    return f"Of {count} targets ({which}) {half:.0%} lie in the 50% interval, {most:.0%} in the 90% interval."
