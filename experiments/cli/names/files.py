"""Names of files: scenarios, policies, designs of sweeps, lessons."""

from functools import cache, partial
from pathlib import Path

from experiments.app.lesson import lessons as shipped_lessons
from experiments.cli.names.entry import Entry, Named
from experiments.history.target import HISTORY
from experiments.sweep.design import design_title, shipped_designs
from experiments.sweep.design_file import load_design
from model.scenario import list_policies, list_scenarios, load_scenario
from model.scenario.schema import Policy, Scenario

BASELINE = "levant_2014"
HISTORICAL = HISTORY / "levant_history.toml"


@cache
def loaded() -> tuple[Scenario, ...]:
    """Return the shipped scenarios, the baseline first, the one of the calibration last."""
    names: list[str | Path] = [*sorted(list_scenarios(), key=lambda name: name != BASELINE), HISTORICAL]
    return tuple(load_scenario(name) for name in names)


def scenarios() -> list[Named]:
    """Return the shipped scenarios, and the parts that they extend."""
    runnable = list_scenarios()
    whole = [Named(each.name, each.title, partial(_scenario, each), (each.title,)) for each in loaded()]
    parts = {name: title for name, title in list_scenarios(parts=True).items() if name not in runnable}
    return whole + [
        Named(name, f"{title} (a part that scenarios extend)", partial(_part, name, title), (title,))
        for name, title in parts.items()
    ]


def policies() -> list[Named]:
    """Return the shipped policies, and those that belong to one scenario."""
    shipped = list_policies()
    own = {each.policy.name: each for each in loaded() if each.policy.name not in shipped}
    return [
        *(Named(name, title, partial(_shipped_policy, name), (title,)) for name, title in shipped.items()),
        *(
            Named(name, f"{each.policy.title} (of {each.name})", partial(_policy, each.policy, each.name),
                  (each.policy.title,))
            for name, each in own.items()
        ),
    ]  # fmt: skip


def designs() -> list[Named]:
    """Return the shipped designs of sweeps."""
    return [Named(name, design_title(path), partial(_design, name), (design_title(path),))
            for name, path in shipped_designs().items()]  # fmt: skip


def lessons() -> list[Named]:
    """Return the lessons of the app."""
    return [Named(name, each.title, partial(_lesson, name), (each.title,)) for name, each in shipped_lessons().items()]


def _scenario(scenario: Scenario) -> Entry:
    groups = scenario.groups
    path = "scenarios/history/levant_history.toml" if scenario.name == HISTORICAL.stem else scenario.name
    rows = [
        ("question", scenario.question),
        ("from", f"{scenario.start}, {scenario.weeks} weeks"),
        ("map", f"{scenario.theatre}, {scenario.resolution:g} degrees"),
        ("core", scenario.core.name),
        ("groups", f"{len(groups)}: {', '.join(groups)}"),
        ("governments", f"{len(scenario.governments)}: {', '.join(scenario.governments)}"),
        ("allies", ", ".join(scenario.allies) or "none"),
        ("policy", f"{scenario.policy.name} ({scenario.policy.title})"),
        ("run it", f"inkspot run {path}"),
    ]
    return Entry("scenario", scenario.name, scenario.title, rows)


def _part(name: str, title: str) -> Entry:
    return Entry("part of scenarios", name, title, [("use", f'extends = ["{name}"] in a scenario file')])


def _shipped_policy(name: str) -> Entry:
    return _policy(load_scenario(policy=name).policy)


def _policy(policy: Policy, scenario: str = "") -> Entry:
    rows = [
        ("meaning", policy.meaning),
        ("targeting", f"{policy.targeting}; strikes aim at {policy.strike_targeting}"),
        ("allocation", f"{policy.allocation}; responsibility {policy.division}; training for {policy.training}"),
    ]
    for key, phase in policy.phases.items():
        shares = ", ".join(f"{'.'.join(map(str, part.path))} {part.share:.0%}" for part in phase.parts)
        until = f" until {phase.end}" if phase.end is not None else ""
        start = f"{phase.delay} weeks after {phase.when}, not before {phase.start}" if phase.when else phase.start
        on_top = ", on top of the rest" if phase.on_top else ""
        rows.append((f"phase {key}", f"from {start}{until}{on_top}: {shares}. {phase.meaning}"))
    rows += [("cost", "it brings more effort than the baseline policy")] if policy.on_top else []
    rows += [("falsification", "this policy should not work; it tests the model")] if policy.falsification else []
    use = f"the policy of the scenario {scenario}" if scenario else f"inkspot run --policy {policy.name}"
    return Entry("policy", policy.name, policy.heading, [*rows, ("source", policy.source), ("run it", use)])


def _design(name: str) -> Entry:
    design = load_design(name)
    rows = [
        ("question", design.head.question),
        ("points", design.sampling_words),
        ("varied", ", ".join(factor.key for factor in design.factors) or "nothing but policy and seed"),
        ("run it", f"inkspot sweep {name}"),
    ]
    return Entry("design of a sweep", name, design_title(shipped_designs()[name]), rows)


def _lesson(name: str) -> Entry:
    lesson = shipped_lessons()[name]
    rows = [
        ("idea", " ".join(lesson.idea)),
        ("question", lesson.prediction.question),
        ("measure", lesson.prediction.measure.label),
        ("scenario", f"{lesson.scenario}, {lesson.weeks} weeks"),
        ("open it", "inkspot app, tab Lessons"),
    ]
    return Entry("lesson", name, lesson.title, rows)
