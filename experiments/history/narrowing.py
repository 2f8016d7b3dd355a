"""How much the fit narrows each conclusion: the same pairs of policies under draws of the prior and of the ensemble.

The prior is the declared ranges of the fitted parameters; the ensemble is what reports did not rule out of it. As many draws
of each, each with the same seeds. A fit that narrows nothing has a ratio of standard deviations near 1, which its interval
then includes.
"""

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from experiments.history.structure import FITTED, OUTCOMES, PAIRS, POLICIES, PRIOR, Measured, differences
from experiments.measures.certainty import RANGE, Spread, distinguishable, from_luck, point_means, spread
from experiments.measures.statistics import Floats, benjamini_hochberg
from model.record import OUTCOMES as DECLARED

NARROWS, WIDENS, SAME = "narrower", "wider", "no change shown"
RESAMPLES = 2000
SIDES = (("prior", PRIOR), ("ensemble", FITTED))


def narrowing(measured: Measured) -> pd.DataFrame:
    """Return a row a pair of policies and outcome.

    Of prior and ensemble each (`prior_`, `ensemble_`): median, sd and 90% range of the effect over draws (means of their
    seeds), `signed`: the share of draws with the sign of the ensemble's median, `parameters`: the share of the effect's
    variance in one run that is from parameters and not from luck, `better`: the share in which the policy is better, and
    what the effect is `distinguishable` from (luck: at these draws, over seeds). `ratio`, `ratio_low`, `ratio_high`: sd of
    the ensemble over that of the prior with a 90% interval (bootstrap of draws); `verdict`: narrower or wider where the
    interval leaves out 1, else no change shown; `shift`: difference of medians in sds of the prior;
    `ratio_parameters`: ratio of the sds that are from parameters, without the luck in both (nan where there is none).
    """
    rows = []
    for (policy, against), effort in PAIRS.items():
        for outcome in OUTCOMES:
            effects = {side: differences(measured, name, (policy, against), outcome) for side, name in SIDES}
            spreads = {side: spread(list(each), DECLARED[outcome].better) for side, each in effects.items()}
            sign = np.sign(spreads["ensemble"].median)
            means = {side: point_means(list(each)) for side, each in effects.items()}
            row: dict[str, object] = {"policy": policy, "against": against, "effort": effort, "outcome": outcome}
            for side, found in spreads.items():
                row |= _columns(side, found) | {f"{side}_signed": float((np.sign(means[side]) == sign).mean())}
            row["shift"] = (spreads["ensemble"].median - spreads["prior"].median) / (
                spreads["prior"].deviation or np.nan
            )
            before, fitted = (spreads[side].split.parameters for side in ("prior", "ensemble"))
            row["ratio_parameters"] = float(np.sqrt(fitted / before)) if before > 0 else float("nan")
            rows.append(row | ratio(means["ensemble"], means["prior"]))
    return _distinguished(pd.DataFrame(rows))


def _columns(side: str, found: Spread) -> dict[str, object]:
    return {
        f"{side}_points": found.points, f"{side}_median": found.median, f"{side}_sd": found.deviation,
        f"{side}_low": found.low, f"{side}_high": found.high, f"{side}_better": found.better,
        f"{side}_parameters": found.split.share, f"{side}_known": found.known, f"{side}_p": found.split.p,
    }  # fmt: skip


def ratio(fitted: Floats, before: Floats) -> dict[str, object]:
    """Return the ratio of standard deviations with its interval, and the verdict. Nothing varies before: nan, no change."""
    if len(fitted) < 2 or len(before) < 2 or not before.std() > 0:
        nan = float("nan")
        return {"ratio": nan, "ratio_low": nan, "ratio_high": nan, "verdict": SAME}
    rng = np.random.default_rng(0)
    again = [rng.choice(each, (RESAMPLES, len(each))) for each in (fitted, before)]
    ratios = _ratio(*again)
    low, high = (float(np.quantile(ratios[np.isfinite(ratios)], share)) for share in ((1 - RANGE) / 2, (1 + RANGE) / 2))
    verdict = NARROWS if high < 1 else WIDENS if low > 1 else SAME
    return {"ratio": float(_ratio(fitted, before)), "ratio_low": low, "ratio_high": high, "verdict": verdict}


def _ratio(fitted: Floats, before: Floats) -> Floats:
    """Return the ratio of standard deviations over the last axis; resamples of one and the same draw give none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(fitted.std(axis=-1, ddof=1) / before.std(axis=-1, ddof=1))


def _distinguished(table: pd.DataFrame) -> pd.DataFrame:
    """Add what each effect is distinguishable from, its p-value adjusted for all effects of a side; drop p-values."""
    for side, _ in SIDES:
        luck = from_luck(benjamini_hochberg(table.pop(f"{side}_p").to_numpy(dtype=float)))
        known = table.pop(f"{side}_known")
        table[f"{side}_distinguishable"] = [distinguishable(*each) for each in zip(luck, known, strict=True)]
    return table


def orders(measured: Measured) -> pd.DataFrame:
    """Return a row an outcome: the policies from least to most under prior and ensemble (means), and Kendall's tau.

    1: the same order; -1: the opposite one. Source: Kendall, Biometrika 30 (1938).
    """
    rows = []
    for at, outcome in enumerate(OUTCOMES):
        means = {
            side: [float(np.nanmean(measured[name][policy][:, :, at])) for policy in POLICIES] for side, name in SIDES
        }
        order = {
            side: [POLICIES[place] for place in np.argsort(values, kind="stable")] for side, values in means.items()
        }
        tau = float(kendalltau(means["prior"], means["ensemble"]).statistic)
        rows.append({"outcome": outcome, "tau": tau, **{side: " < ".join(names) for side, names in order.items()}})
    return pd.DataFrame(rows)
