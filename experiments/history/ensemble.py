"""From a calibration to its ensemble."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.batch.run import model_version
from experiments.history.calibrate import Calibrated
from experiments.history.target import Target
from experiments.points.ensemble import MEAN, Ensemble


def ensemble_of(found: Calibrated) -> Ensemble:
    """Return the ensemble of a calibration."""
    plan, names = found.plan, list(found.targets)
    table = pd.DataFrame(found.points, columns=list(plan.parameters))
    table["rms"] = np.sqrt((found.implausible**2).mean(axis=1))
    table["worst"] = found.implausible.max(axis=1)
    table["worst_target"] = [names[column] for column in found.implausible.argmax(axis=1)]
    for name, column in zip(names, found.means.T, strict=True):
        table[f"{MEAN}{name}"] = column
    about = {
        "parameters": list(plan.parameters), "known_until": found.known_until.isoformat(), "factor": found.factor,
        "points": plan.points, "seeds": plan.seeds, "seed": plan.seed, "tried": found.tried,
        "plausible": found.plausible, "failed": found.failed, "waves": [vars(wave) for wave in found.waves],
        "targets": digest(found.targets), "scenario": Path(plan.base.scenario).stem, "model_version": model_version(),
    }  # fmt: skip
    return Ensemble(table, about, "the calibration just made")


def digest(targets: Mapping[str, Target]) -> str:
    """Return sixteen hex digits of the targets."""
    text = json.dumps({name: target.model_dump(mode="json") for name, target in targets.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]
