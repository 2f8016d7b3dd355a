"""In a process that only compiles, functions that only loops call are linked into those and not translated on their own.

Numba optimises each function, translates it into machine code and stores that, and does it all again in each loop that calls
it. Here this is done only for loops that Python calls: in 77% of the processor's time, and with the same numbers, since the
order of a loop's operations is not the optimiser's to change. Such a process cannot call all that it has compiled: it stores
it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import caching, codegen
from numba.core.dispatcher import Dispatcher

WRAPPER = "_ZN7cpython"  # beginning of the name of what makes a function callable from Python
PARTS = ("_linking_libraries", "_reload_init", "_final_module")  # of Numba's library of a function, used here
WAYS = ("finalize", "_raise_if_finalized", "_get_module_for_linking", "_finalize_dynamic_globals")  # the same


@contextmanager
def link_only(called: Collection[Dispatcher], loops: Collection[Dispatcher]) -> Iterator[bool]:
    """Meanwhile translate and store only those of the loops that are `called` from Python; gives whether that is possible.

    Where Numba has changed so much that its classes have other parts, all is compiled as Numba does it.
    """
    library, maker, cache = codegen.JITCodeLibrary, codegen.JITCPUCodegen, caching.Cache
    if not _known(called, loops):
        yield False
        return
    kept = library.finalize, maker.set_env, cache.save_overload, [loop.targetoptions for loop in loops]
    library.finalize = _unless_linked_only(library.finalize)
    maker.set_env = _where_translated(maker.set_env)
    cache.save_overload = _if_translated(cache.save_overload)
    for loop in loops:
        if loop not in called:
            _give(loop, loop.targetoptions | {"no_cpython_wrapper": True})
    try:
        yield True
    finally:
        library.finalize, maker.set_env, cache.save_overload, options = kept
        for loop, before in zip(loops, options, strict=True):
            _give(loop, before)


def _known(called: Collection[Dispatcher], loops: Collection[Dispatcher]) -> bool:
    """Are the parts of Numba that are used here what they are known as?"""
    library = codegen.JITCodeLibrary
    return (
        all(hasattr(library, way) for way in WAYS)
        and set(PARTS) <= set(library(next(iter(called)).targetctx.codegen(), "probe").__dict__)
        and hasattr(codegen.JITCPUCodegen, "set_env")
        and all(hasattr(getattr(loop, "_compiler", None), "targetoptions") for loop in loops)
    )


def _give(loop: Any, options: dict[str, Any]) -> None:
    loop.targetoptions = loop._compiler.targetoptions = options


def _unless_linked_only(finalize: Callable[[Any], None]) -> Callable[[Any], None]:
    def finalized(self: Any) -> None:
        """As Numba's, where Python calls the function; else only link in what the function calls."""
        if any(each.name.startswith(WRAPPER) and not each.is_declaration for each in self._final_module.functions):
            finalize(self)
            return
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalize_dynamic_globals()
        self.linked_only = self._finalized = True

    return finalized


def _where_translated(set_env: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    def set_where_translated(self: Any, name: str, env: Any) -> None:
        if self._engine.get_global_value_address(name):
            set_env(self, name, env)

    return set_where_translated


def _if_translated(save: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    def saved(self: Any, types: Any, result: Any) -> None:
        if not getattr(result.library, "linked_only", False):
            save(self, types, result)

    return saved
