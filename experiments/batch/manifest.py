"""What a results folder says about itself: what was run, with which versions, where, by which command."""

import json
import platform
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from experiments.batch.checksums import REPLACED, SEAL, seal_broken, sealed
from experiments.batch.errors import StoreError
from experiments.batch.own_model import model_source
from experiments.batch.run import model_version
from experiments.batch.whole_files import write_whole
from model.scenario.schema import Scenario
from model.scenario.user_files import content as content_of

SCHEMA_VERSION = 2  # of the files of results
MOST_BYTES = 50_000_000  # of a manifest
OLD = 1  # of inkspot 0.2, which did not count the rows of a run
ALIKE, MACHINE = (
    ("numpy", "numba", "scipy"),
    ("machine", "processor"),
)  # versions and kinds of machine that bits of results depend on
PACKAGES = ("inkspot", "numpy", "numba", "scipy", "mesa", "pandas", "pyarrow")
Manifest = dict[str, Any]


def _is(*kinds: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kinds)


def _object_of(*kinds: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(isinstance(each, kinds) for each in value.values())


def _list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(type(each) is kind for each in value)


TEXT, TEXTS, OBJECTS = (
    (_is(str), "text"),
    (_object_of(str), "an object of texts"),
    (_object_of(dict), "an object of objects"),
)
SHAPE: dict[str, tuple[Callable[[object], bool], str]] = {  # what readers rely on, by key
    "kind": TEXT, "command": TEXT, "model_version": TEXT, "written": TEXT, "model": TEXT, "identity": TEXT,
    "schema_version": (_is(int), "a whole number"), "points": (_is(int), "a whole number"),
    "versions": TEXTS, "platform": TEXTS, "digests": TEXTS, "policies": OBJECTS, "scenarios": OBJECTS,
    "scenario": (_is(dict), "an object"), "design": (_is(dict), "an object"), "summary": (_is(dict), "an object"),
    "history": (_list_of(dict), "a list of objects"),
    "seeds": (_list_of(int), "a list of whole numbers"), "keep": (_list_of(str), "a list of texts"),
}  # fmt: skip


def describe(
    kind: Literal["run", "batch"],
    scenarios: Mapping[str, Scenario],
    seeds: Sequence[int],
    command: Sequence[str],
    model: str = "",
) -> Manifest:
    """Return the manifest of results of one scenario under the policies that are the keys of `scenarios`."""
    composed = {name: scenario.model_dump(mode="json") for name, scenario in scenarios.items()}
    policies = {name: values.pop("policy") for name, values in composed.items()}
    return about(kind, command) | {
        "model": named_model(model),
        "seeds": list(seeds),
        "digests": {name: scenario.digest for name, scenario in scenarios.items()},
        "policies": policies,
        "scenario": next(iter(composed.values())),
    }


def named_model(name: str) -> str:
    """Return what a manifest says of a user's own model: its name and the digest of its source; "" for the shipped one."""
    return f"{name} {model_source(name)}" if name else ""


def about(kind: str, command: Sequence[str]) -> Manifest:
    """Return what every manifest says: the kind of results, when, by which command, with which versions, where."""
    return {
        "kind": kind,
        "schema_version": SCHEMA_VERSION,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(command),
        "model_version": model_version(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "platform": {
            "system": platform.platform(), "machine": platform.machine(), "processor": processor(),
            "byte_order": sys.byteorder,
        },
    }  # fmt: skip


@cache
def processor() -> str:
    """Return what tells kinds of processors apart on which sums differ: the last of the extensions that NumPy found."""
    with suppress(Exception):  # NumPy may say it otherwise one day
        return str([*np.show_config(mode="dicts")["SIMD Extensions"]["found"], "baseline"][-2:][0])
    return "unknown"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder, empty where there is none. Raises StoreError where it is none of ours, or damaged."""
    path = folder / "manifest.json"
    try:
        content = json.loads(content_of(path, MOST_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, RecursionError):  # no JSON, no text, or numbers of thousands of digits
        content = None
    if not isinstance(content, dict) or "schema_version" not in content:
        raise StoreError(f"{path} was not written by inkspot, or is damaged: choose another --out")
    if content["schema_version"] == SCHEMA_VERSION and seal_broken(content):
        raise StoreError(f"{path} is damaged (it was changed since inkspot wrote it): {REPLACED}")
    wrong = [
        f"{key} must be {words}" for key, (kind, words) in SHAPE.items() if key in content and not kind(content[key])
    ]
    if wrong:
        raise StoreError(f"{path} is damaged ({'; '.join(wrong)}): {REPLACED}")
    return {key: value for key, value in content.items() if key != SEAL}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a folder's manifest, whole or not at all."""
    text = json.dumps(sealed(manifest), indent=2, ensure_ascii=False) + "\n"
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
        "digests": old.get("digests", {}) | new["digests"],
        "seeds": sorted({*old.get("seeds", []), *new["seeds"]}),
    }


def differences(old: Manifest, new: Manifest) -> str:
    """Return in what the machines or versions of two manifests differ that bits of results may depend on, in words."""
    pairs = [(name, old.get("versions", {}).get(name), new["versions"][name]) for name in ALIKE]
    pairs += [(name, old.get("platform", {}).get(name), new["platform"].get(name)) for name in MACHINE]
    return "; ".join(f"{name} {was or 'unknown'}, here {now}" for name, was, now in pairs if was != now)


def remembered(old: Manifest, new: Manifest) -> Manifest:
    """Return a manifest with a history: an entry for the first call, and for each whose versions or machine were others.

    `versions`, `platform` and `written` stay those of the first call, with which the oldest results were made.
    """
    first = old or new
    history = [*(old.get("history") or ([_entry(old)] if old else []))]
    if not history or any(history[-1].get(key) != new[key] for key in ("versions", "platform")):
        history.append(_entry(new))
    kept = {key: first[key] for key in ("versions", "platform", "written") if key in first}
    return new | kept | {"history": history}


def _entry(manifest: Manifest) -> Manifest:
    return {key: manifest[key] for key in ("written", "command", "versions", "platform") if key in manifest}


def resume_words(command: str | Sequence[str]) -> str:
    """Return how to go on with a batch that was stopped, by the command as typed."""
    words = shlex.split(command) if isinstance(command, str) else command
    again = shlex.join(word for word in words if word != "--fresh")
    return f"Resume with: {again}" if again else "Resume with the same call"
