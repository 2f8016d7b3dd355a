"""Policies as files: the text of a policy, and a policy that switches to another on a date."""

import json
from datetime import date, timedelta
from typing import Any

from experiments.batch.errors import UserError
from experiments.batch.settings import write_value
from model.scenario.schema import Phase, Policy

WHOLE = (
    "targeting",
    "strike_targeting",
    "allocation",
    "division",
    "training",
)  # what a policy states once for all phases


def policy_text(policy: Policy) -> str:
    """Return a policy as the TOML file that `--policy` reads."""
    table = policy.model_dump(mode="python", exclude_none=True)
    phases = table.pop("phases")
    lines = ["[policy]", *(f"{key} = {value_text(value)}" for key, value in table.items())]
    for name, phase in phases.items():
        lines += ["", f"[phases.{json.dumps(name)}]"]
        lines += [f"{key} = {value_text(value)}" for key, value in phase.items()]
    return "\n".join(lines) + "\n"


def value_text(value: Any) -> str:
    """Return a value in TOML; texts always in quotes."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(str(key))} = {value_text(each)}' for key, each in value.items())} }}"
    return write_value(value)


def then(first: Policy, second: Policy, day: date, start: date) -> Policy:
    """Return `first` until `day` and `second` from then on; weeks of phases count from `start`.

    What a policy states once for all phases (`WHOLE`) is the second's; whether effort comes on top of the rest is stated of
    each phase, since one of the two policies may say so and not the other. A phase of the second that waits for something
    starts on `day` if that has happened before. Raises UserError where no phase of the second lies after `day` though it
    has some.
    """
    before = {f"before_{name}": cut for name, phase in _phases(first) if (cut := _cut(phase, start, None, day))}
    after = {f"after_{name}": cut for name, phase in _phases(second) if (cut := _cut(phase, start, day, None))}
    if second.phases and not after:
        raise UserError(f"no phase of the policy {second.name} reaches beyond {day}: give one dates after that")
    words = f"{first.title}; from {day} on: {second.title}"
    return second.model_copy(update={
        "name": f"{first.name}-then-{second.name}", "title": words, "phases": before | after, "on_top": False,
        "meaning": f"{first.meaning} From {day} on: {second.meaning}", "source": f"{first.source}; {second.source}",
    })  # fmt: skip


def _phases(policy: Policy) -> list[tuple[str, Phase]]:
    """Return a policy's phases, each with what the policy says of all of them: whether it is on top of the rest."""
    return [
        (name, phase.model_copy(update={"on_top": phase.on_top or policy.on_top}))
        for name, phase in policy.phases.items()
    ]


def turned(first: Policy, second: Policy) -> list[str]:
    """Return what the second policy states otherwise than the first, for all phases."""
    return [f"{key} = {getattr(second, key)}" for key in WHOLE if getattr(first, key) != getattr(second, key)]


def _cut(phase: Phase, start: date, low: date | None, high: date | None) -> Phase | None:
    first, last = _day(phase.start, start), None if phase.end is None else _day(phase.end, start)
    first = first if low is None else max(first, low)
    last = last if high is None else high if last is None else min(last, high)
    return None if last is not None and last <= first else phase.model_copy(update={"start": first, "end": last})


def _day(moment: date | int, start: date) -> date:
    return start + timedelta(weeks=moment) if isinstance(moment, int) else moment
