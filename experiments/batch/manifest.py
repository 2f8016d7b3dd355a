"""What a results folder says about itself: what was run, with which versions, where, by which command."""

import json
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from experiments.batch.errors import StoreError
from experiments.batch.run import model_version
from experiments.batch.whole_files import write_whole
from model.scenario.schema import Scenario

SCHEMA_VERSION = 2  # of the files of results
OLD = 1  # of inkspot 0.2, which did not count the rows of a run
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


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder, empty where there is none. Raises StoreError where it is none of ours."""
    path = folder / "manifest.json"
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict) or "schema_version" not in content:
        raise StoreError(f"{path} was not written by inkspot, or is damaged: choose another --out")
    return content


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a folder's manifest, whole or not at all."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
    write_whole(folder / "manifest.json", text.encode())


def check_same(old: Manifest, new: Manifest, folder: object, same: Mapping[str, str]) -> None:
    """Raise StoreError where results of `new` cannot join those of `old`: other kind, version, or any key of `same`."""
    if old.get("schema_version") == OLD:
        raise refusal(folder, "inkspot 0.2, which cannot be read any more")
    reasons = {
        "kind": f"another kind ({old.get('kind')}, not {new['kind']})",
        "schema_version": "another version of inkspot",
        "model_version": "another version of the model",
    }
    for key, words in (reasons | dict(same)).items():
        if old.get(key) != new[key]:
            raise refusal(folder, words)


def refusal(folder: object, what: str) -> StoreError:
    """Return the error of a folder that holds other results, with what to do."""
    return StoreError(f"{folder} holds results of {what}: choose another --out, or add --fresh to replace them")


def latest(old: Manifest, new: Manifest, folder: object) -> Manifest:
    """Return the manifest of a folder to which results are added, for kinds that only remember the last call."""
    return new


def all_policies(old: Manifest, new: Manifest, folder: object) -> Manifest:
    """Return the manifest of all policies and seeds of both. Raises StoreError where two policies share a name."""
    policies = old.get("policies", {})
    for name, policy in new["policies"].items():
        if policies.get(name, policy) != policy:
            raise refusal(folder, f"another policy called {name}")
    return new | {
        "policies": policies | new["policies"],
        "digests": old["digests"] | new["digests"],
        "seeds": sorted({*old["seeds"], *new["seeds"]}),
    }


def resume_words(command: str | Sequence[str]) -> str:
    """Return how to go on with a batch that was stopped, by the command as typed."""
    words = shlex.split(command) if isinstance(command, str) else command
    again = shlex.join(word for word in words if word != "--fresh")
    return f"Resume with: {again}" if again else "Resume with the same call"
