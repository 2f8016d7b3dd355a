"""Change the code in a copy, one place at a time, and see whether a test fails (mutation testing, by Cosmic Ray).

    uv run --group mutation python -m tests.mutants kernels/attrition judge --sample 20 --seed 1

Without a module all of `which.TESTS`. What was tried is kept in `results/mutants`, so that the same call goes on from there;
`--again` tries survivors again, after new tests. Kernels run as Python. A mutant that takes too long counts as killed.
"""

import argparse
import random
import re
import shutil
import subprocess
import tempfile
from hashlib import sha256
from os import environ
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from tests.mutants import trial
from tests.mutants.as_python import STATES
from tests.mutants.equivalent import EQUIVALENT, ONE_RECORD
from tests.mutants.which import TESTS, module_named, sensible

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "results" / "mutants"
TIMES, LEAST_SECONDS = 5, 10  # of the time that tests of the code as it is take


def asked():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="part of a path, such as kernels/attrition")
    parser.add_argument("--sample", type=int, default=20, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn")
    parser.add_argument("--again", action="store_true", help="try survivors again")
    return parser.parse_args()


def copied(place):
    """Copy what git knows of the repository, and the files that it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def drawn(database, source, sample, seed):
    """Fill a new session with a sample of the changes of a module."""
    init([source], database, {})
    items = [item for item in database.work_items if sensible(item.mutations[0].operator_name)]
    items.sort(key=lambda item: (item.mutations[0].operator_name, item.mutations[0].occurrence))
    chosen = random.Random(seed).sample(items, min(sample, len(items)))
    database.clear()
    database.add_work_items(chosen)
    return len(items)


def changed(before, after):
    """The lines that a mutant changes, as a short diff."""
    if after is None:
        return ""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return "\n".join(
        f"{n:>5} - {old.strip()}\n      + {new.strip()}" for n, (old, new) in enumerate(pairs, 1) if old != new
    )


def try_all(database, copy, module, tests, cpu, report, again):
    """Try the mutants of a session that were not tried yet."""
    known = dict(database.results)
    for item in database.work_items:
        result = known.get(item.job_id)
        if result is not None and not (again and result.test_outcome == TestOutcome.SURVIVED):
            continue
        mutation = item.mutations[0]
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        with use_mutation(copy / module, operator, mutation.occurrence) as (before, after):
            passed = after is not None and trial.run(copy, tests, report, cpu)[0]
        outcome = TestOutcome.SURVIVED if passed else TestOutcome.KILLED
        database.set_result(
            item.job_id,
            WorkResult(WorkerOutcome.NORMAL, "", outcome, f"{mutation.operator_name}\n{changed(before, after)}"),
        )


def tell(database, module):
    """Print the survivors of a module; return how many were killed, and how many count."""
    results = [result for _, result in database.results]
    lived = [result.diff.split("\n", 1) for result in results if result.test_outcome == TestOutcome.SURVIVED]
    alike = [lines for _, lines in lived if reason(module, lines)]
    for operator, lines in lived:
        if why := reason(module, lines):
            print(f"equivalent ({why}):\n{lines}")
        else:
            print(f"SURVIVED {module} {operator}\n{lines}")
    killed, count = len(results) - len(lived), len(results) - len(alike)
    print(f"{module}: {killed} of {count} killed; {len(alike)} more are equivalent", flush=True)
    return killed, count


def reason(module, lines):
    """Why a mutant is equivalent to the code, empty where it is not known to be."""
    new = {line.strip()[2:].strip() for line in lines.splitlines() if line.strip().startswith("+ ")}
    if "kernels" in module and any(re.search(ONE_RECORD, line) for line in new):
        return "the last record is the first, since there is one"
    return next((why for place, line, why in EQUIVALENT if place in module and line in new), "")


def main():
    options = asked()
    modules = [module for words in options.modules or [""] for module in module_named(words)]
    KEPT.mkdir(parents=True, exist_ok=True)
    scores = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy, report = copied(Path(folder) / "copy"), Path(folder) / "report.txt"
        (Path(folder) / "states").mkdir()
        environ[STATES] = str(Path(folder) / "states")
        for module in dict.fromkeys(modules):
            source = (ROOT / module).read_bytes()
            name = f"{module.replace('/', '-')}-{options.sample}-{options.seed}-{sha256(source).hexdigest()[:8]}.sqlite"
            passed, _ = trial.run(copy, TESTS[module], report, 600, keep=True)
            if not passed:
                raise SystemExit(f"tests of {module} fail on the code as it is:\n{report.read_text()[-3000:]}")
            trial.preload(report)
            _, seconds = trial.run(copy, TESTS[module], report, 600)
            new = not (KEPT / name).exists()
            with use_db(str(KEPT / name), WorkDB.Mode.create) as database:
                possible = drawn(database, copy / module, options.sample, options.seed) if new else 0
                cpu = LEAST_SECONDS + TIMES * seconds
                print(f"{module}: tests take {seconds:.1f} s{f', {possible} mutants' if new else ''}", flush=True)
                try_all(database, copy, module, TESTS[module], cpu, report, options.again)
                scores[module] = tell(database, module)
    killed, count = (sum(each) for each in zip(*scores.values(), strict=True))
    print(f"\n{killed} of {count} mutants killed, {killed / max(count, 1):.0%}, in {len(scores)} modules")


if __name__ == "__main__":
    main()
