"""The head of a ledger: its rules of judgement and its log of changes, read and checked like the claims."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from experiments.claims.rules import Construction, LogEntry, Rules, Seeds
from experiments.measures.smallest import Smallest
from model.scenario.problems import KeyPath, Problem, missing, must_be, other, unknown
from model.scenario.schema import Table

HEAD = ("rules", "log")  # tables of a ledger that are no claims
PARTS: dict[str, type[Table]] = {"smallest": Smallest, "seeds": Seeds, "construction": Construction}


def read_rules(file: str, table: Any) -> tuple[Rules, list[Problem]]:
    """Return the rules that a ledger writes (none: rules that ask nothing), and what is wrong with them."""
    if not isinstance(table, Mapping):
        return Rules(), [other(file, ("rules",), "must be a table, as [rules.smallest]", table)]
    try:
        return Rules.model_validate(table), []
    except ValidationError as error:
        return Rules(), _problems(file, ("rules",), error, _rule_keys)


def read_log(file: str, rows: Any, known: Collection[str]) -> tuple[list[LogEntry], list[Problem]]:
    """Return the changes that a ledger logs, and what is wrong with them; `known`: the claims that there are."""
    if not isinstance(rows, list):
        return [], [other(file, ("log",), "must be a list of tables, as [[log]]", rows)]
    entries: list[LogEntry] = []
    problems: list[Problem] = []
    for position, row in enumerate(rows):
        try:
            entry = LogEntry.model_validate(row)
        except ValidationError as error:
            problems += _problems(file, ("log", position), error, lambda _: list(LogEntry.model_fields))
            continue
        if entry.claim not in known:
            path: KeyPath = ("log", position, "claim")
            problems.append(must_be(file, path, "a claim of the ledger", entry.claim, list(known)))
        entries.append(entry)
    return entries, problems


def _rule_keys(path: KeyPath) -> list[str]:
    """Return which keys there are beside a wrong one at `path` within the rules."""
    if not path:
        return list(Rules.model_fields)
    return list(PARTS[str(path[0])].model_fields) if str(path[0]) in PARTS else []


def _problems(file: str, place: KeyPath, error: ValidationError, keys: Any) -> list[Problem]:
    found = []
    for detail in error.errors(include_url=False):
        path, kind = tuple(detail["loc"]), detail["type"]
        if kind == "missing":
            found.append(missing(file, (*place, *path[:-1]), [str(path[-1])]))
        elif kind == "extra_forbidden":
            found.append(unknown(file, (*place, *path), detail["input"], keys(path[:-1])))
        else:
            message = str(detail["msg"]).removeprefix("Value error, ")
            found.append(
                other(file, (*place, *path), f"{message[:1].lower()}{message[1:]}, got {detail['input']!r}"[:300])
            )
    return found
