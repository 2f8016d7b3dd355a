"""`--set key=value`: values are TOML literals (`0.4`, `true`, `"text"`, `2015-01-01`), and plain words are text."""

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from experiments.batch.errors import UserError

MOST_SEEDS = 1_000_000


def parse_settings(settings: Iterable[str]) -> dict[str, Any]:
    """Return overrides from `key=value` texts; a later one of the same key wins. Raises UserError for bad syntax."""
    overrides = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise UserError(f"--set needs key=value, as in --set territory.growth=0.4, got {setting!r}")
        overrides[key.strip()] = parse_value(value.strip())
    return overrides


def parse_value(text: str) -> Any:
    """Return the TOML literal that a text is, or the text itself."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


def parsed_seeds(text: str) -> range | list[int]:
    """Return `--seeds`: `20` is the range of 20 seeds from 0 on, `1,5,9` and `10-19` are lists. Raises UserError."""
    wrong = UserError(
        f"--seeds takes a number of seeds, as 20, or a list of them, as 1,5,9 or 10-19 (one: 7-7), got {text!r}"
    )
    if text.strip().isdecimal():
        if not 1 <= int(text) <= MOST_SEEDS:
            raise wrong
        return range(int(text))
    seeds: list[int] = []
    for word in text.split(","):
        first, dash, last = (part.strip() for part in word.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise wrong
        end = int(last) if dash else int(first)
        if not int(first) <= end < int(first) + MOST_SEEDS:
            raise wrong
        seeds += range(int(first), end + 1)
    if len(set(seeds)) < len(seeds):
        raise UserError(f"--seeds names a seed twice: {text}")
    return seeds


def write_value(value: Any) -> str:
    """Return a value as `parse_value` reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value and parse_value(value) == value and value.strip() == value else json.dumps(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_quoted(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {_quoted(item)}' for key, item in value.items())} }}"
    return str(value)


def _quoted(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else write_value(value)
