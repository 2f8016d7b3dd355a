"""From a calibration to its ensemble, and to the tables that say how it was come by."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.batch.run import model_version
from experiments.history.blocks import facts
from experiments.history.calibrate import Calibrated
from experiments.history.target import Target
from experiments.points.ensemble import MEAN, WEIGHT, Ensemble


def ensemble_of(found: Calibrated) -> Ensemble:
    """Return the ensemble of a calibration."""
    plan, names, weighed = found.plan, list(found.targets), found.weighed
    table = pd.DataFrame(found.points, columns=list(plan.parameters))
    table[WEIGHT] = found.weights
    table["first_seed"] = found.members.firsts
    table["rms"] = np.sqrt((found.implausible**2).mean(axis=1))
    table["worst"] = found.implausible.max(axis=1)
    table["worst_target"] = [names[column] for column in found.implausible.argmax(axis=1)]
    for name, column in zip(names, found.members.means.T, strict=True):
        table[f"{MEAN}{name}"] = column
    about = {
        "parameters": list(plan.parameters), "known_until": found.known_until.isoformat(), "factor": found.factor,
        "points": plan.points, "seeds": plan.seeds, "seed": plan.seed, "tried": found.tried,
        "plausible": found.plausible, "failed": found.failed, "waves": [vars(wave) for wave in found.waves],
        "final": len(weighed.weights), "effective": weighed.effective, "effective_in_full": weighed.full,
        "exponent": weighed.exponent, "facts": facts(found.reports.targets, found.reports.groups),
        "unlearnt": unlearnt(found), "targets": digest(found.targets),
        "scenario": Path(plan.base.scenario).stem, "model_version": model_version(),
    }  # fmt: skip
    return Ensemble(table, about, "the calibration just made")


def unlearnt(found: Calibrated) -> list[str]:
    """Return the targets of which the last emulators have learnt next to nothing: they rule nothing out there."""
    return [name for name, check in found.checks.items() if not check.learnt]


def checks_table(found: Calibrated) -> pd.DataFrame:
    """Return a row a target: how well its last emulator predicts points that it does not know."""
    return pd.DataFrame([
        {"target": name, "r2_out_of_sample": check.explained, "sd_before": check.before, "sd_after": check.after,
         "learnt": check.learnt}
        for name, check in found.checks.items()
    ])  # fmt: skip


def waves_table(found: Calibrated) -> pd.DataFrame:
    """Return a row a wave: points, share of the ranges that is left, variance of the emulators beside the others."""
    return pd.DataFrame([vars(wave) for wave in found.waves])


def digest(targets: Mapping[str, Target]) -> str:
    """Return sixteen hex digits of the targets."""
    text = json.dumps({name: target.model_dump(mode="json") for name, target in targets.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]
