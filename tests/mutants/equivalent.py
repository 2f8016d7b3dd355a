"""Survivors that cannot be killed, since they are the same function: part of the module's path, the changed line, why."""

EQUIVALENT: list[tuple[str, str, str]] = []
