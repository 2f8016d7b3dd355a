"""A run saved in the middle, to go on from: the whole model in one file, with what it was and which versions wrote it.

A line of JSON (the head), then the model, packed. It goes on to the same bits as a run that never stopped; so a file of
another version of the model, of NumPy or Numba, or of another kind of machine is refused, as is a damaged one. Only classes
of a run are read from it; nothing else is executed.
"""

import io
import json
import pickle
import platform
import zlib
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch.checksums import SEAL, seal_broken, sealed
from experiments.batch.errors import UserError, one_line
from experiments.batch.manifest import ALIKE, processor
from experiments.batch.run import Run, model_version
from experiments.batch.settings import parse_settings, write_value
from experiments.batch.whole_files import write_whole
from model.scenario.user_files import MOST_BINARY, content

if TYPE_CHECKING:
    from model.simulation import Simulation

KIND = "inkspot saved run"
PLAIN = {
    ("builtins", "list"), ("builtins", "set"), ("collections", "defaultdict"), ("collections", "deque"),
    ("collections", "OrderedDict"), ("datetime", "date"), ("numpy", "dtype"), ("numpy", "ndarray"),
    ("numpy._core.numeric", "_frombuffer"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"), ("numpy.random._pcg64", "PCG64"),
    ("numpy.random._pickle", "__bit_generator_ctor"), ("numpy.random._pickle", "__generator_ctor"),
    ("numpy.random.bit_generator", "SeedSequence"), ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
    ("random", "Random"), ("model.theatre.map", "_build"),
}  # fmt: skip
OURS = ("model", "mesa")  # packages whose classes are read


@dataclass(frozen=True)
class Saved:
    """A run that was saved: what it was, the week that it had reached, and the model."""

    run: Run
    week: int
    simulation: "Simulation"


def save_run(run: Run, simulation: "Simulation", path: Path) -> None:
    """Save a run as it stands now; the file is whole or not there."""
    body = zlib.compress(pickle.dumps(simulation, protocol=5), 1)
    head = _versions() | {
        "kind": KIND, "scenario": str(run.scenario), "policy": None if run.policy is None else str(run.policy), 
        "seed": run.seed, "week": simulation.week, "digest": run.composed.digest, "sha256": sha256(body).hexdigest(),
        "set": [f"{key}={write_value(value)}" for key, value in run.overrides.items()],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(sealed(head)).encode() + b"\n" + body)


def saved_run(path: Path) -> Saved:
    """Return a saved run. Raises UserError where the file is none, is damaged, or cannot go on to the same bits here."""
    try:
        line, _, body = content(path, MOST_BINARY).partition(b"\n")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    head = _head(line)
    if head.get("kind") != KIND:
        raise UserError(f"{path} is no saved run; make one with: inkspot run --save-state WEEK {path}")
    if sha256(body).hexdigest() != head.get("sha256") or seal_broken(head) or SEAL not in head:
        raise UserError(f"{path} is damaged (its content is not what was written): save the run anew")
    run = Run(head["scenario"], head["policy"], parse_settings(head["set"]), head["seed"])
    again = f"save it anew with: {run.command} --save-state {head['week']} {path}"
    other = [f"{name} {head.get(name)}, not {here}" for name, here in _versions().items() if head.get(name) != here]
    if other:
        raise UserError(f"{path} was written with {'; '.join(other)}, where bits may differ: {again}")
    if run.composed.digest != head["digest"]:
        raise UserError(f"the files of the scenario {run.scenario} have changed since {path} was written: {again}")
    try:
        simulation = _Reader(io.BytesIO(zlib.decompress(body))).load()
    except (pickle.UnpicklingError, zlib.error, AttributeError, ImportError, TypeError) as error:
        raise UserError(f"{path} is no saved run of this model ({one_line(error)}): {again}") from error
    return Saved(run, int(head["week"]), simulation)


def _head(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _versions() -> dict[str, str]:
    here = {"model_version": model_version(), "machine": platform.machine(), "processor": processor()}
    return here | {name: version(name) for name in ALIKE}


class _Reader(pickle.Unpickler):
    """Reads what a run consists of: plain data, arrays, random generators, classes of the model and of Mesa."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):
            return _method
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        if module.partition(".")[0] in OURS:
            found = getattr(import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no run consists of")


def _method(owner: object, name: str) -> Any:
    """Return a method of an object of ours, as pickles of methods ask for it."""
    if name.startswith("__") or type(owner).__module__.partition(".")[0] not in OURS:
        raise pickle.UnpicklingError(f"it asks for {name} of {type(owner).__name__}")
    return getattr(owner, name)
