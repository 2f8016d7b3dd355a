"""Change the code, one place at a time, and see whether a test fails (mutation testing, by Cosmic Ray's operators).

    uv run --group mutation python -m tests.mutants kernels/attrition judge --sample 20 --seed 1

Without a module all of `which.MODULES`. Tests are those of `which.FILES` that pass over the changed line, the quickest
first; kernels run as Python, nothing is changed on the disk. What was tried is kept in `results/mutants`, so that the
same call goes on from there; `--again` tries survivors again, after new tests. What takes too long counts as killed.
"""

import argparse
import ast
import gc
import json
import os
import random
import re
import sys

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from hypothesis import settings

from tests.mutants.as_python import STATES
from tests.mutants.equivalent import EQUIVALENT, ONE_RECORD, SAME_LENGTH
from tests.mutants.trial import BROKEN, ROOT, digest, killer, make_states, measured
from tests.mutants.which import FILES, module_named, sensible

KEPT = ROOT / "results" / "mutants"
MOST, BUDGET, ENOUGH = 2.0, 4.0, 200  # seconds of processor of one test and of all tests of a mutant, and how many


def asked():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="part of a path, such as kernels/attrition")
    parser.add_argument("--sample", type=int, default=20, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn")
    parser.add_argument("--again", action="store_true", help="try survivors again")
    return parser.parse_args()


def possible(source):
    """All changes of a source that may pass unnoticed: operator, which of its places, line."""
    tree, found = get_ast(source), []
    for name in filter(sensible, operator_names()):
        operator = get_operator(name)()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        found += [(name, n, start[0]) for n, start in enumerate(places)]
    return found


def statement(tree, line):
    """The lines of the innermost statement at a line, without what is inside of it; none outside of functions."""
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= node.end_lineno]
    functions = [node for node in inside if isinstance(node, ast.FunctionDef)]
    if not functions or isinstance(inner := max(inside, key=lambda node: node.lineno), ast.FunctionDef):
        return set()
    body = getattr(inner, "body", None)
    return set(range(inner.lineno, (body[0].lineno if isinstance(body, list) else inner.end_lineno + 1)))


def about(measured):
    """How many lines of the modules a test runs."""
    return sum(map(len, measured["lines"].values()))


def tests_of(known, module, lines, biting):
    """Names and seconds of the tests that run these lines of a module, as many as the budget allows.

    First come those that have noticed another mutant of it (`biting`), then the quickest that run little else.
    """
    over = [each for each in known.values() if module in each["lines"]]
    if lines:
        over = [each for each in over if lines & set(each["lines"][module])]
    chosen, spent = [], 0.0
    for each in sorted(over, key=lambda each: (each["test"] not in biting, each["seconds"] * about(each))):
        spent += each["seconds"]
        if spent > BUDGET or len(chosen) == ENOUGH:
            break
        chosen.append(each["test"])
    return chosen, spent


def changed(before, after):
    """The lines that a mutant changes, as a short diff."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return "\n".join(
        f"{n:>5} - {old.strip()}\n      + {new.strip()}" for n, (old, new) in enumerate(pairs, 1) if old != new
    )


def reason(module, lines):
    """Why a mutant is equivalent to the code, empty where it is not known to be."""
    new = {line.strip()[2:].strip() for line in lines.splitlines() if line.strip().startswith("+ ")}
    if "kernels" in module and any(re.search(ONE_RECORD, line) for line in new):
        return "the last record is the first, since there is one"
    if any(SAME_LENGTH in line for line in new):
        return "both are of one length"
    return next((why for place, line, why in EQUIVALENT if place in module and line in new), "")


class Mutants:
    """A plugin of pytest: in the place of running the tests that were collected, try mutants on them."""

    def __init__(self, options, modules):
        self.options, self.modules, self.scores = options, modules, {}
        self.file = KEPT / f"tried-{options.seed}.jsonl"

    def pytest_runtestloop(self, session):
        """Measure the tests, then try a sample of the mutants of each module."""
        by_name = {item.nodeid: item for item in session.items}
        make_states(session.items)
        known = measured(session.items, module_named(""), MOST, KEPT / "tests.jsonl")
        known = {name: each for name, each in known.items() if name in by_name}
        gc.freeze()  # forks share what there is
        tried = {}
        if self.file.exists():
            tried = {tuple(each["mutant"]): each for each in map(json.loads, self.file.read_text().splitlines())}
        for module in self.modules:
            self.scores[module] = self.try_module(module, known, by_name, tried)
        return True

    def try_module(self, module, known, by_name, tried):
        """Try the mutants of a module; tell what survived; return how many were killed, how many count."""
        source = (ROOT / module).read_text()
        tree, results = ast.parse(source), []
        found = possible(source)
        drawn = random.Random(self.options.seed).sample(found, min(self.options.sample, len(found)))
        biting, fit = set(), dict(known)
        for operator, occurrence, line in drawn:
            mutant = (module, digest(module), operator, occurrence)
            told = tried.get(mutant)
            if told is None or (self.options.again and not told["killed"]):
                after = mutate_code(source, get_operator(operator)(), occurrence)
                told = self.one(mutant, source, after, (fit, statement(tree, line), biting), by_name)
            biting.add(told["by"])
            results.append(told)
        return tell(module, results, len(found))

    def one(self, mutant, source, after, where, by_name):
        """Try a mutant. A test that fails on the module as it is, when it is put in place of itself, does not count."""
        module, (fit, lines, biting) = mutant[0], where
        while True:
            names, seconds = tests_of(fit, module, lines, biting)
            by = killer(module, after, [by_name[name] for name in names], 4 + 3 * seconds) if names else None
            if by in (None, BROKEN) or by in biting or killer(module, source, [by_name[by]], 4 + 3 * MOST) is None:
                break
            print(f"{module} as it is fails: {by}")
            del fit[by]
        told = {"mutant": mutant, "killed": by is not None, "by": by, "tests": len(names)}
        told["lines"] = changed(source, after)
        with self.file.open("a") as file:
            file.write(json.dumps(told) + "\n")
        return told


def tell(module, results, count_possible):
    """Print the survivors of a module; return how many were killed, and how many count."""
    lived = [each for each in results if not each["killed"]]
    alike = [each for each in lived if reason(module, each["lines"])]
    for each in lived:
        why = reason(module, each["lines"])
        words = f"equivalent ({why})" if why else f"SURVIVED {each['tests']} tests: {module} {each['mutant'][2]}"
        print(f"{words}\n{each['lines']}")
    dead, count = len(results) - len(lived), len(results) - len(alike)
    print(f"{module}: {dead} of {count} killed; {len(alike)} more are equivalent; of {count_possible}", flush=True)
    return dead, count


def main():
    options = asked()
    modules = list(dict.fromkeys(module for words in options.modules or [""] for module in module_named(words)))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "states").mkdir(exist_ok=True)
    os.environ[STATES] = str(KEPT / "states")
    settings.register_profile("mutants", database=None, derandomize=True)
    settings.load_profile("mutants")
    plugin = Mutants(options, modules)
    quiet = "-n 0 -q -s --noconftest -p no:cacheprovider -p no:randomly -p no:warnings -p tests.mutants.as_python"
    sys.argv = ["pytest"]
    pytest.main([*quiet.split(), *FILES], plugins=[plugin])
    dead, count = (sum(each) for each in zip(*plugin.scores.values(), strict=True))
    print(f"\n{dead} of {count} mutants killed, {dead / max(count, 1):.0%}, in {len(plugin.scores)} modules")


if __name__ == "__main__":
    main()
