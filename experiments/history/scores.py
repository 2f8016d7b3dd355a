"""Scores of forecasts, by kept libraries (scoringrules, scikit-learn). Lower is better but for coverage, AUC and AP.

Sources: Gneiting and Raftery, Journal of the American Statistical Association 102 (2007); Hegre et al., The 2023/24 VIEWS
prediction challenge, Journal of Peace Research (2025), for ignorance in bins and the interval score.
"""

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Floats = npt.NDArray[np.float64]
LEVELS = (0.5, 0.9)  # of the intervals that are shown and counted
BIN_EDGES = (0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)  # of deaths, as the challenge has them
BIN_NAMES = ("0", "1-2", "3-5", "6-10", "11-25", "26-50", "51-100", "101-250", "251-500", "501-1000", "over 1000")


def crps(sample: npt.ArrayLike, observed: float) -> float:
    """Return the continuous ranked probability score of a sample (n,): E|X - y| - 1/2 E|X - X'|, in the unit of y.

    The second mean is over all pairs, an element with itself included. Of one value it is the absolute error.
    """
    return float(crps_of_samples(np.asarray(sample, dtype=float)[None, :], [observed])[0])


def crps_of_samples(samples: npt.ArrayLike, observed: npt.ArrayLike) -> Floats:
    """Return the CRPS of each of n samples (n, m) against what was observed (n,)."""
    import scoringrules  # compiles its own loops for seconds, and only needed where forecasts are scored

    values = np.asarray(observed, dtype=float), np.asarray(samples, dtype=float)
    return np.asarray(scoringrules.crps_ensemble(*values, estimator="qd", backend="numpy")).reshape(values[0].shape)


def crps_normal(mean: float, deviation: float, observed: float) -> float:
    """Return the CRPS of a normal distribution."""
    import scoringrules  # as above

    return float(scoringrules.crps_normal(observed, mean, deviation, backend="numpy"))


def ignorance(samples: npt.ArrayLike, observed: npt.ArrayLike) -> Floats:
    """Return the ignorance score of each of n samples (n, m) in the challenge's bins: -log2((k + 1) / (m + 11)).

    k: how many of the m values lie in the bin of what was observed; one is added in each of the 11 bins.
    """
    values = np.asarray(samples, dtype=float)
    hits = np.digitize(values, BIN_EDGES) == bin_of(observed)[:, None]
    return np.asarray(-np.log2((hits.sum(axis=1) + 1) / (values.shape[1] + len(BIN_NAMES))))


def bin_of(deaths: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return the challenge's bin of each number of deaths, 0..10."""
    return np.asarray(np.digitize(np.asarray(deaths, dtype=float), BIN_EDGES))


def interval_score(samples: npt.ArrayLike, observed: npt.ArrayLike, level: float = 0.9) -> Floats:
    """Return the interval score of each of n samples (n, m): width + 2 / (1 - level) x what lies outside."""
    import scoringrules  # as above

    low, high = np.quantile(np.asarray(samples, dtype=float), [(1 - level) / 2, (1 + level) / 2], axis=1)
    values = np.asarray(observed, dtype=float)
    found = scoringrules.interval_score(values, low, high, 1 - level, backend="numpy")
    return np.asarray(found).reshape(values.shape)  # of one value the library gives a number


def interval(sample: npt.ArrayLike, level: float) -> tuple[float, float]:
    """Return the central interval of a sample that holds `level` of it."""
    low, high = np.quantile(np.asarray(sample, dtype=float), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def inside(samples: npt.ArrayLike, observed: npt.ArrayLike, level: float) -> npt.NDArray[np.bool_]:
    """Return whether each observation (n,) lies in the central interval of its sample (n, m)."""
    low, high = np.quantile(np.asarray(samples, dtype=float), [(1 - level) / 2, (1 + level) / 2], axis=1)
    values = np.asarray(observed, dtype=float)
    return np.asarray((low <= values) & (values <= high))


def coverage(samples: list[Floats], observed: npt.ArrayLike, level: float) -> float:
    """Return the share of observations that lie in the central interval of their sample; nan where there are none."""
    values = np.asarray(observed, dtype=float)
    within = [low <= value <= high for (low, high), value in zip(
        (interval(sample, level) for sample in samples), values, strict=True)]  # fmt: skip
    return float(np.mean(within)) if within else float("nan")


def auc(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a positive scores higher than a negative; nan without either."""
    positive = np.asarray(truth, dtype=bool)
    one_kind = not positive.any() or bool(positive.all())
    return float("nan") if one_kind else float(roc_auc_score(positive, np.asarray(scores, dtype=float)))


def average_precision(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return average precision, the area under the curve of precision over recall; nan without a positive."""
    positive = np.asarray(truth, dtype=bool)
    return float(average_precision_score(positive, np.asarray(scores, dtype=float))) if positive.any() else float("nan")


def brier(probabilities: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the mean squared error of probabilities of what is true (1) or not (0); nan where there are none."""
    chances, positive = np.asarray(probabilities, dtype=float), np.asarray(truth, dtype=bool)
    return float(brier_score_loss(positive, chances, pos_label=True)) if len(positive) else float("nan")
