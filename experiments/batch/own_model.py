"""A user's own model: a subclass of `Simulation`, named as `module:Class` or `file.py:Class`, with a digest of its source.

The digest is of every file of the user's that the class, its agents and its mechanisms come from, and of those that these
import; so results of one version of the class are never taken for those of another, or of the model as shipped.
"""

import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from experiments.batch.errors import UserError, one_line

if TYPE_CHECKING:
    from model.simulation import Simulation

HOW = "give --model as module:Class or file.py:Class, as in --model mine:Peaceful"
OURS = ("model", "experiments", "scenarios")


@cache
def load_model(name: str) -> "type[Simulation]":
    """Return the class that `module:Class` or `file.py:Class` names, the model as shipped for "". Raises UserError."""
    from model.simulation import Simulation  # Mesa and Numba take seconds

    if not name:
        return Simulation
    home, _, attribute = name.rpartition(":")
    if not home or not attribute.isidentifier():
        raise UserError(f"{name!r} names no class: {HOW}")
    module = _imported(home)
    found = getattr(module, attribute, None)
    if found is None:
        from model.scenario.problems import few, nearest  # pydantic takes a second

        classes = [
            key for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, Simulation)
        ]
        close = nearest(attribute, classes)
        hint = f"did you mean {close}?" if close else f"its models: {few(classes) or 'none'}"
        raise UserError(f"{home} has no {attribute}; {hint}")
    if not (isinstance(found, type) and issubclass(found, Simulation)):
        raise UserError(f"{name} is no subclass of model.Simulation")
    return found


def _imported(home: str) -> ModuleType:
    try:
        if home.endswith(".py"):
            return _of_file(Path(home).resolve())
        here = str(Path.cwd())
        if here not in sys.path and "" not in sys.path:
            sys.path.append(here)  # of the command line, whose own path is that of the program; last: it hides nothing
        return import_module(home)
    except UserError:
        raise
    except ModuleNotFoundError as error:
        raise UserError(f"there is no module {error.name} (for the model {home}): {HOW}") from error
    except Exception as error:
        raise UserError(f"{home} cannot be imported: {type(error).__name__}: {one_line(error)}") from error


def _of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UserError(f"there is no file {path}: {HOW}")
    name = f"inkspot_user_{path.stem}_{sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} is no Python file: {HOW}")
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def model_name(model: "str | type[Simulation] | None") -> str:
    """Return the name by which workers import a model; "" for the model as shipped. Raises UserError where there is none."""
    name = (model or "") if model is None or isinstance(model, str) else _name_of(model)
    if name:  # the shipped one is there, and takes a second
        load_model(name)
    return name


def _name_of(model: "type[Simulation]") -> str:
    if model.__module__ == "model.simulation":
        return ""
    if "<locals>" in model.__qualname__:
        raise UserError(f"{model.__qualname__} is made within a function: workers can import only what a module holds")
    file = getattr(sys.modules.get(model.__module__), "__file__", None)
    if model.__module__ == "__main__" or model.__module__.startswith("inkspot_user_"):
        if file is None:
            raise UserError(
                f"{model.__qualname__} lives in no file: write it into a module, so that workers can import it"
            )
        return f"{file}:{model.__qualname__}"
    return f"{model.__module__}:{model.__qualname__}"


@cache
def model_source(name: str) -> str:
    """Return sixteen hex digits of what the user's files say of a model; "" for the model as shipped. Raises UserError."""
    if not name:
        return ""
    files = sorted({Path(str(module.__file__)) for module in _users_modules(load_model(name))})
    return sha256(b"".join(sha256(file.read_bytes()).digest() for file in files)).hexdigest()[:16]


def same_model(name: str, source: str) -> "type[Simulation]":
    """Return the class of a model. Raises UserError where its source here is not what `source` was a digest of."""
    if model_source(name) != source:
        raise UserError(f"a worker has another version of {name} than this process; give all the same files and resume")
    return load_model(name)


def _users_modules(model: type) -> list[ModuleType]:
    """Return the user's modules that a class comes from, and those that they import."""
    waiting, found = [name for part in _parts(model) for name in _homes(part)], dict[str, ModuleType]()
    while waiting:
        name = waiting.pop()
        module = sys.modules.get(name)
        if module is None or name in found or not _users(module):
            continue
        found[name] = module
        for value in vars(module).values():
            waiting += [value.__name__] if isinstance(value, ModuleType) else _homes(value)
    return list(found.values())


def _parts(model: type) -> Iterator[Any]:
    """Yield a class and what it names: its agents, the mechanisms that it puts in place of others or adds."""
    yield model
    for part in model.__mro__:
        yield from (value for value in vars(part).values() if isinstance(value, type))
    yield from getattr(model, "instead", {}).values()
    yield from getattr(model, "also", ())


def _homes(value: Any) -> list[str]:
    names = [getattr(part, "__module__", None) for part in (getattr(value, "__mro__", None) or (value,))]
    return [name for name in names if isinstance(name, str)]


def _users(module: ModuleType) -> bool:
    """Tell whether a module is the user's: of a file that is no library's and not ours."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or module.__name__.partition(".")[0] in (*OURS, *sys.stdlib_module_names):
        return False
    return "site-packages" not in Path(file).parts and "dist-packages" not in Path(file).parts
