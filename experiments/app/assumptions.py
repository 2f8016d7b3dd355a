"""The panel of assumptions: every parameter with its range and source, every mechanism and rival finding as a switch."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from experiments.app.branching import BRANCH, POLICY, START, is_branch, without_branch
from experiments.app.fields import Field
from experiments.app.plan_names import taken_back
from experiments.app.session import Session
from experiments.app.texts import sentence
from model.scenario.declarations import declarations

BOTH, FIRST, SECOND = "both worlds", "the first world", "the second world"
INDICES = {BOTH: [0, 1], FIRST: [0], SECOND: [1]}
MECHANISMS, RIVALS, CHANGED = "mechanisms (switches)", "rival findings (switches)", "changed values"
Done = Callable[[bool], None]


def number_of(text: str) -> float | str:
    """Return the number that a text is, or the text, which the scenario's check then refuses in its own words."""
    try:
        return float(text.replace(",", ".").strip())
    except ValueError:
        return text


def value_of(session: Session, key: str, indices: list[int]) -> Any:
    """Return a parameter's or switch's value in the first of some worlds."""
    scenario = session.pair.worlds[min(indices[0], len(session.pair.worlds) - 1)].scenario.later
    head, _, name = key.partition(".")
    if head in ("mechanisms", "rivals"):
        return getattr(scenario, head)[name]
    return scenario.parameters[head][name]


def put(session: Session, key: str, value: Any, usual: Any, indices: list[int]) -> bool:
    """Change a value in some worlds; the usual one takes the change back, but in a branch, where it is one as well."""
    alone = indices == [1] and len(session.setting.arms) > 1 and is_branch(session.setting.arms[1])
    return session.override(key, None if value == usual and not alone else value, indices)


@solara.component
def Assumptions(session: Session, done: Done, count: int) -> None:
    """Choose a family, see its parameters, change them."""
    family, set_family = solara.use_state("territory")
    where, set_where = solara.use_state(BOTH)
    places = [BOTH, FIRST, SECOND] if len(session.setting.arms) > 1 else [FIRST]
    where = where if where in places else places[0]
    declared = declarations()
    solara.Select("Show", [CHANGED, RIVALS, MECHANISMS, *declared.parameters], family, on_value=set_family)
    if len(places) > 1:
        solara.Select("Change in", places, where, on_value=set_where)
    indices = INDICES[where]
    if family == CHANGED:
        Changed(session, done)
    elif family in (RIVALS, MECHANISMS):
        Switches(session, done, indices, family)
    else:
        for name in declared.parameters[family]:
            Parameter(session, done, indices, f"{family}.{name}").key(f"{family}.{name}.{where}")


@solara.component
def Parameter(session: Session, done: Done, indices: list[int], key: str) -> None:
    """One parameter: its value to change, its range, unit, meaning and source."""
    family, _, name = key.partition(".")
    each = declarations().parameters[family][name]
    value = value_of(session, key, indices)

    def take(text: str) -> str:
        number = number_of(text)
        return session.answer(put(session, key, number, each.value, indices), done)

    changed = " (changed)" if value != each.value else ""
    with solara.Div(classes=["ink-parameter"]):
        label = f"{name.replace('_', ' ')}{changed}"
        Field(label, f"{value:.12g}", take)
        unit = "" if each.unit == "1" else f" {each.unit}"
        solara.HTML(unsafe_innerHTML=(
            f'<p>{escape(sentence(each.meaning))}. <b>{each.low:g} to {each.high:g}</b>{escape(unit)}, '
            f'default {each.value:g}. <i>Source: {escape(each.source)}.</i></p>'
        ))  # fmt: skip


@solara.component
def Switches(session: Session, done: Done, indices: list[int], family: str) -> None:
    """Mechanisms (on unless switched off) or rival findings (off unless switched on)."""
    head, default = ("rivals", False) if family == RIVALS else ("mechanisms", True)
    for name, each in getattr(declarations(), head).items():
        key, usual = f"{head}.{name}", getattr(each, "value", default)

        def change(value: bool | str, key: str = key, usual: bool | str = usual) -> None:
            done(put(session, key, value, usual, indices))

        words, label, value = "", name.replace("_", " "), value_of(session, key, indices)
        with solara.Div(classes=["ink-parameter"]):
            if options := getattr(each, "options", {}):
                words = " ".join(f" {option}: {meaning}." for option, meaning in options.items())
                solara.Select(label, list(options), value, on_value=change)
            else:
                words = f" Source: {each.source}." if head == "rivals" else ""
                solara.Switch(label=label, value=bool(value), on_value=change)
            solara.HTML(unsafe_innerHTML=f"<p>{escape(sentence(each.meaning))}.<i>{escape(words)}</i></p>")


@solara.component
def Changed(session: Session, done: Done) -> None:
    """What differs from the scenario, each with a button that takes it back."""
    arms = session.setting.arms
    changes = [
        (index, key, value) for index, arm in enumerate(arms) for key, value in arm.overrides.items()
        if not key.startswith(("policy.", POLICY)) and key != START
        and not (index and is_branch(arm) and not key.startswith(BRANCH))  # the first world's, in both
    ]  # fmt: skip
    plans = [
        index
        for index, arm in enumerate(arms)
        if not is_branch(arm) and any(key.startswith("policy.") for key in arm.overrides)
    ]
    for index in (index for index, arm in enumerate(arms) if is_branch(arm)):
        with solara.Row():
            solara.Text(f"the branch: {session.policy_title(index)}")
            plain = without_branch(session.setting, index)
            solara.Button("take back", text=True, small=True, on_click=lambda plain=plain: done(session.apply(plain)))
    for index in plans:
        with solara.Row():
            solara.Text(f"the policy: {session.policy_title(index)}")
            solara.Button("take back", text=True, small=True,
                          on_click=lambda index=index: done(session.apply(taken_back(session.setting, index))))  # fmt: skip
    if not (changes or plans or any(map(is_branch, arms))):
        solara.HTML(
            unsafe_innerHTML='<p class="ink-soft">Nothing is changed: all assumptions have their default values.</p>'
        )
    for index, key, value in changes:
        with solara.Row():
            world = f" in world {'AB'[index]}" if len(session.setting.arms) > 1 else ""
            solara.Text(f"{key} = {value}{world}")
            solara.Button("take back", text=True, small=True,
                          on_click=lambda index=index, key=key: done(session.override(key, None, [index])))  # fmt: skip
