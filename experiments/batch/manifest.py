"""What a results folder says about itself: what was run, with which versions, where, by which command."""

import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Literal

from experiments.batch.errors import StoreError
from experiments.batch.run import model_version
from model.scenario.schema import Scenario

SCHEMA_VERSION = 2  # of the files of results; 1 (inkspot 0.2) did not count the rows of a run
PACKAGES = ("inkspot", "numpy", "numba", "scipy", "mesa", "pandas", "pyarrow")
Manifest = dict[str, Any]


def describe(
    kind: Literal["run", "batch"], scenarios: Mapping[str, Scenario], seeds: Sequence[int], command: Sequence[str]
) -> Manifest:
    """Return the manifest of results of one scenario under the policies that are the keys of `scenarios`."""
    composed = {name: scenario.model_dump(mode="json") for name, scenario in scenarios.items()}
    policies = {name: values.pop("policy") for name, values in composed.items()}
    return about(kind, command) | {
        "seeds": list(seeds),
        "digests": {name: scenario.digest for name, scenario in scenarios.items()},
        "policies": policies,
        "scenario": next(iter(composed.values())),
    }


def about(kind: str, command: Sequence[str]) -> Manifest:
    """Return what every manifest says: the kind of results, when, by which command, with which versions, where."""
    return {
        "kind": kind,
        "schema_version": SCHEMA_VERSION,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(command),
        "model_version": model_version(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "platform": {"system": platform.platform(), "machine": platform.machine(), "byte_order": sys.byteorder},
    }


def joined(old: Manifest, new: Manifest, folder: object) -> Manifest:
    """Return the manifest of a folder that holds `old` results when `new` ones of the same batch are added.

    Raises StoreError where they do not belong together: other kind, scenario, policy of that name, or version.
    """
    reasons = {
        "kind": "single runs, or of another kind",
        "schema_version": "another version of inkspot",
        "model_version": "another version of the model",
        "scenario": "another scenario or other --set values",
    }
    differing = [words for key, words in reasons.items() if old.get(key) != new[key]]
    policies = old.get("policies", {})
    differing += [f"another policy called {name}" for name in new["policies"]
                  if policies.get(name, new["policies"][name]) != new["policies"][name]]  # fmt: skip
    if differing:
        words = "choose another --out, or add --fresh to replace them"
        raise StoreError(f"{folder} holds results of {differing[0]}: {words}")
    return new | {
        "policies": policies | new["policies"],
        "digests": old["digests"] | new["digests"],
        "seeds": sorted({*old["seeds"], *new["seeds"]}),
    }
