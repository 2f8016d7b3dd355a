"""The ledger: claims as tables of a TOML file, checked as a whole; a new claim is a new table and no code.

    claims = load_ledger()            # the shipped ledger
    claims = load_ledger("my.toml")   # another one, by the rules of the shipped one where it has none
    claims = load_both("my.toml")     # the shipped claims and those of another ledger

All mistakes are reported at once, each with its file, claim, key, the value found and what is allowed. `claim.py` declares
the keys; README.md in this folder explains them.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.batch.errors import UserError
from experiments.claims.check import arm_problems, name_problems, shape_problems
from experiments.claims.claim import Claim, Outcome
from experiments.claims.head import HEAD, read_log, read_rules
from experiments.claims.rules import Rules
from model.scenario.problems import Problem, ScenarioError, crowded, few, nearest, other
from model.scenario.user_files import not_toml, tables_of, tables_or_none

__all__ = ["Claim", "Outcome", "chosen", "is_ledger", "ledger_problems", "load_both", "load_ledger", "read_ledger"]

FOLDER = Path(__file__).parent
LEDGER = FOLDER / "ledger.toml"
ID = re.compile(r"[A-Z]+[0-9]+")


def load_ledger(path: str | Path | None = None, ids: Iterable[str] | None = None) -> dict[str, Claim]:
    """Return the claims of a ledger by id, in its order: all of them, or those of `ids`.

    The experiments (scenarios with every arm's overrides) are checked for the claims that are returned.

    Raises ScenarioError with all that is wrong, UserError where there is no such file or no such claim.
    """
    claims, problems = _read(LEDGER if path is None else Path(path))
    return _checked(claims, problems, ids)


def read_ledger() -> dict[str, Claim]:
    """Return the claims of the shipped ledger to be shown: well formed, but their experiments are not composed, which takes
    seconds; whoever runs one has it checked. Raises ScenarioError where it is damaged.
    """
    claims, problems = _read(LEDGER)
    if problems:
        raise ScenarioError(problems)
    return claims


def load_both(private: str | Path, ids: Iterable[str] | None = None) -> dict[str, Claim]:
    """Return the claims of the shipped ledger and then those of a private one, or those of `ids` among both.

    Raises as `load_ledger` does, also where both have a claim of the same name.
    """
    shipped, problems = _read(LEDGER)
    own, more = _read(Path(private))
    clashes = [
        other(claim.file, (name,), f"{shipped[name].file} has a claim of this name too: give yours another", name)
        for name, claim in own.items() if name in shipped
    ]  # fmt: skip
    return _checked(shipped | own, [*problems, *more, *clashes], ids)


def _checked(claims: dict[str, Claim], problems: list[Problem], ids: Iterable[str] | None) -> dict[str, Claim]:
    """Return the claims that are wanted. Raises ScenarioError with all problems, also those of their experiments."""
    if problems:
        raise ScenarioError(problems)
    wanted = claims if ids is None else chosen(claims, ids)
    problems = [problem for claim in wanted.values() for problem in arm_problems(claim)]
    if problems:
        raise ScenarioError(problems)
    return wanted


def chosen(claims: Mapping[str, Claim], ids: Iterable[str]) -> dict[str, Claim]:
    """Return the claims of these ids, in the ledger's order. Raises UserError naming the nearest id."""
    asked = {name.strip().upper() for name in ids if name.strip()}
    for name in sorted(asked - set(claims)):
        close = nearest(name, claims)
        hint = f"did you mean {close}?" if close else f"the ledger has {few(claims)}"
        raise UserError(f"there is no claim {name}; {hint}")
    if not asked:
        raise UserError(f"name at least one claim: the ledger has {few(claims)}")
    return {name: claim for name, claim in claims.items() if name in asked}


def ledger_problems(path: str | Path) -> list[Problem]:
    """Return all that is wrong with a ledger (nothing: an empty list). Raises UserError where it cannot be read."""
    claims, problems = _read(Path(path))
    return problems + [problem for claim in claims.values() for problem in arm_problems(claim)]


def is_ledger(path: str | Path) -> bool:
    """Tell whether a file is a ledger: all its tables but those of its head are named like claims."""
    names = [name for name in tables_or_none(path) if name not in HEAD]
    return bool(names) and all(ID.fullmatch(name) for name in names)


def _label(file: Path) -> str:
    """Return a file as messages call it."""
    return f"experiments/claims/{file.name}" if file.parent == FOLDER else str(file)


def _read(file: Path) -> tuple[dict[str, Claim], list[Problem]]:
    """Return the claims of a file that are well formed, and what is wrong with it."""
    label = _label(file)
    try:
        tables = tables_of(file)
    except OSError as error:
        raise UserError(f"cannot read the ledger {file}: {error.strerror}") from None
    except ValueError as error:
        return {}, [other(label, (), not_toml(error))]
    if not tables:
        return {}, [other(label, (), "is empty; a ledger has one table a claim, as [C01]")]
    if too_many := crowded(label, tables):
        return {}, too_many
    claims: dict[str, Claim] = {}
    rules, problems = read_rules(label, tables.get("rules", {}))
    if file != LEDGER:
        rules = rules.over(shipped_rules())
    bodies = {name: table for name, table in tables.items() if name not in HEAD}
    log, wrong = read_log(label, tables.get("log", []), bodies)
    problems += wrong
    for name, table in bodies.items():
        if not ID.fullmatch(name) or not isinstance(table, dict):
            problems.append(
                other(label, (name,), "a claim is a table whose name is letters and a number, as [C01]", table)
            )
            continue
        judged_by = {"rules": rules, "log": [entry for entry in log if entry.claim == name]}
        problems += _shape(label, name, table, judged_by, claims)
    return claims, problems


@cache
def shipped_rules() -> Rules:
    """Return the rules of the shipped ledger, by which other ledgers are judged where they have none."""
    if not LEDGER.exists():
        return Rules()
    return read_rules(_label(LEDGER), tomllib.loads(LEDGER.read_text(encoding="utf-8")).get("rules", {}))[0]


def _shape(
    label: str, name: str, table: dict[str, Any], judged_by: dict[str, Any], claims: dict[str, Claim]
) -> list[Problem]:
    """Put a sound claim among `claims`, or return what is wrong with its table."""
    reserved = [
        other(label, (name, key), "unknown key; it stands in the ledger's head") for key in HEAD if key in table
    ]
    if reserved:
        return reserved
    try:
        claim = Claim.model_validate(table | judged_by | {"id": name, "file": label})
    except ValidationError as error:
        return shape_problems(label, name, table, error)
    problems = name_problems(claim)
    if not problems:
        claims[name] = claim
    return problems
