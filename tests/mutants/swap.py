"""Put the code of a changed module in the place of the code that runs, in this process only."""

import functools
import sys
from types import FunctionType, ModuleType


def _inner(function):
    """The function that a wrapper calls, as of `as_python` and `functools.cache`."""
    while hasattr(function, "__wrapped__"):
        if hasattr(function, "cache_clear"):
            function.cache_clear()
        function = function.__wrapped__
    return function


def _swap(old, new):
    """Give a function the code of another; return whether both were functions that fit."""
    old, new = _inner(old), _inner(new)
    if not (isinstance(old, FunctionType) and isinstance(new, FunctionType)):
        return False
    if len(old.__code__.co_freevars) == len(new.__code__.co_freevars):
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    return True


def _swap_class(old, new):
    for name, value in vars(new).items():
        before = vars(old).get(name)
        if isinstance(value, property):
            for each in ("fget", "fset"):
                if getattr(value, each) and getattr(before, each, None):
                    _swap(getattr(before, each), getattr(value, each))
        elif isinstance(value, functools.cached_property):
            _swap(before.func, value.func)
        elif isinstance(value, (classmethod, staticmethod)):
            _swap(before.__func__, value.__func__)
        elif not (_swap(before, value) or name.startswith("__")) and isinstance(value, (bool, int, float, str, tuple)):
            setattr(old, name, value)


def _everywhere(name, before, value):
    """Name the new value wherever the old one was imported."""
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(name, None) is before:
            setattr(module, name, value)


def swap(name, source):
    """Run the source of a changed module; its functions, methods and constants take the place of those that are in use."""
    running = sys.modules[name]
    changed = ModuleType(name)
    changed.__dict__.update(__file__=running.__file__, __package__=running.__package__, __spec__=running.__spec__)
    exec(compile(source, running.__file__, "exec"), changed.__dict__)
    for each, value in list(vars(changed).items()):
        before = vars(running).get(each)
        if each.startswith("__") or before is value or before is None:
            continue
        if isinstance(value, type) and isinstance(before, type):
            _swap_class(before, value)
        elif getattr(value, "__module__", name) == name and not _swap(before, value):
            _everywhere(each, before, value)
