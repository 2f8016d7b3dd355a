"""Many runs, and what may be concluded: batches, comparisons, sweeps, claims, history, and the `inkspot` command."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exported(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`, which imports a public name from its module when it is first used.

    `homes`: name -> module of the package. Importing at once would load what a command or a worker never needs: each
    process of a batch imports its package, and most of them neither tables nor figures.
    """

    def attribute(name: str) -> Any:
        if name in homes:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute
