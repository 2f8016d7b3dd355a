"""What an uploaded scenario may name: shipped scenarios and policies, never a file of the server."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.batch.errors import UserError
from model.scenario import list_policies, list_scenarios
from model.scenario.files import Source, read
from model.scenario.problems import Problem, few, nearest

MOST_UPLOAD = 500_000  # bytes of a scenario file
LIMIT = f"{MOST_UPLOAD // 1000} kB"


class Upload:
    """A file that a visitor brought, in a folder of its own until it is forgotten."""

    def __init__(self, name: str, content: bytes) -> None:
        if len(content) > MOST_UPLOAD:
            raise UserError(f"{name} is too large: {len(content):,} bytes or more, at most {MOST_UPLOAD:,}")
        self.name = name
        self.folder = tempfile.TemporaryDirectory(prefix="inkspot-")
        self.path = Path(self.folder.name) / "uploaded.toml"
        self.path.write_bytes(content)

    def check(self) -> None:
        """Raise UserError where the file is not TOML or names files; all that it names is in the message."""
        tables = read(Source(self.name, self.path))
        if isinstance(tables, Problem):
            raise UserError(tables.message)
        header = tables.get("scenario")
        if not isinstance(header, dict):
            return  # refused with the reason by those who read scenarios
        shipped = {"extends": list_scenarios(parts=True), "policy": list_policies()}
        wrong = [
            _words(key, name, known)
            for key, known in shipped.items()
            for name in _names(tables, key)
            if isinstance(name, str) and name not in known
        ]
        if wrong:
            raise UserError(f"{self.name}: an uploaded file may name shipped files only. {'; '.join(wrong)}")


def _names(tables: Mapping[str, Any], key: str) -> list[Any]:
    """Return what a file names by a key of its header or of its branch: a name, or a list of them."""
    branch = tables.get("branch")
    then = branch.get("policy") if isinstance(branch, dict) else None
    then = then.get("extends") if isinstance(then, dict) else then
    found = [tables["scenario"].get(key), then if key == "policy" else None]
    return [name for each in found for name in (each if isinstance(each, list) else [each])]


def _words(key: str, name: str, known: dict[str, str]) -> str:
    close = nearest(name, known)
    hint = f"did you mean `{close}`?" if close else f"shipped: {few(known)}"
    return f'`{key}` names "{name[:60]}", which is not shipped ({hint})'
