"""What `inkspot sensitivity` and `inkspot discover` do and print."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from experiments.batch.errors import UserError
from experiments.cli.screen import console, file_name
from experiments.cli.sweep import Options, describe, run_sweep
from experiments.measures.evidence import COUNTED
from experiments.points.salib_blocks import METHODS, SOBOL, sample
from experiments.points.sampling import Floats
from experiments.report.study import Study, write_study
from experiments.report.words import DISCLAIMER
from experiments.studies.discovery_study import Question, discover, paired_levers
from experiments.studies.discovery_study import study as discovery_page
from experiments.studies.sensitivity_study import analyse, quantities
from experiments.studies.sensitivity_study import study as sensitivity_page
from experiments.studies.tornado import tornado_points, tornado_study
from experiments.sweep.design import Design
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import Plan
from model.record import OUTCOMES
from model.scenario.problems import nearest

TORNADO = "tornado"
BLOCKS = {"sobol": 32, "morris": 10}  # where neither the design nor the user says how many
OF_DESIGNS = {"saltelli": "sobol", "morris": "morris"}  # methods of sampling that are made for an analysis


def sensitivity_and_print(
    design_file: str, method: str | None, blocks: int | None, options: Options, command: Sequence[str]
) -> None:
    """Run the points that a method needs, analyse them, print the answer and write `sensitivity.html` beside the results.

    Raises UserError for an unknown method, or a design in which nothing varies.
    """
    design = load_design(design_file)
    chosen = method or OF_DESIGNS.get(design.sampling.method, SOBOL.name)
    points = _points(design, chosen, blocks)
    plan, screen = Plan(design, points), console()
    folder = options.out or Path("results") / file_name("sensitivity", design.name, chosen, plan.digest[:6])
    describe(screen, plan)
    results = run_sweep(screen, plan, folder, options, command, points)
    asked = quantities(results, design.head.outcomes or COUNTED)
    again = shlex.join(command)
    if chosen == TORNADO:
        page = tornado_study(results, asked, again)
    else:
        kind = METHODS[chosen]
        page = sensitivity_page(results, kind, [analyse(results, kind, each) for each in asked], again)
    _finish(page, results.out, "sensitivity")


def _points(design: Design, method: str, blocks: int | None) -> Floats:
    """Return the points of a method: those of the design where they are of that method and no number is given."""
    if not design.factors:
        raise UserError(f"{design.name}: nothing varies in this design: add [uncertainties]")
    if method == TORNADO:
        return tornado_points(design, Plan(design).bases[0])
    if method not in METHODS:
        names = [*METHODS, TORNADO]
        close = nearest(method, names)
        raise UserError(
            f"no method {method}; " + (f"did you mean {close}?" if close else f"there are {', '.join(names)}")
        )
    if blocks is None and OF_DESIGNS.get(design.sampling.method) == method:
        return design.sample()
    try:
        factors = [factor.key for factor in design.factors]
        return sample(METHODS[method], factors, blocks or BLOCKS[method], design.sampling.seed)
    except ValueError as error:
        raise UserError(f"--blocks: {error}") from None


def discover_and_print(
    folder: Path,
    outcomes: Sequence[str],
    policy: str | None,
    against: str | None,
    margin: float,
    command: Sequence[str],
) -> None:
    """Say in which futures of a sweep a policy backfires, print it and write `discovery.html` into the folder.

    Without names: every policy against the first one, on the outcomes counted. Of one policy: each lever against its lowest
    value, where a design has several values of it in the same future, else the worst quarter of futures. Raises UserError
    for a name that the results do not have.
    """
    results = Results(folder)
    asked = _questions(results, outcomes or COUNTED, policy, against, margin)
    found = [discover(results, question) for question in asked]
    _finish(discovery_page(results, found, shlex.join(command)), results.out, "discovery")


def _questions(
    results: Results, outcomes: Sequence[str], policy: str | None, against: str | None, margin: float
) -> list[Question]:
    questions = []
    for scenario in dict.fromkeys(name for name, _ in results.arms):
        policies = [name for place, name in results.arms if place == scenario]
        base = (
            _known("policy", against, policies) if against else next((name for name in policies if name != policy), "")
        )
        wanted = [_known("policy", policy, policies)] if policy else [name for name in policies if name != base]
        for outcome in outcomes:
            _known("outcome", outcome, list(OUTCOMES))
        if not base or not wanted:
            questions += _of_one_policy(results, outcomes, scenario, policies[0], margin)
        for outcome in outcomes if base else ():
            questions += [Question(outcome, name, base, scenario, margin) for name in wanted if name != base]
    return questions


def _of_one_policy(
    results: Results, outcomes: Sequence[str], scenario: str, policy: str, margin: float
) -> list[Question]:
    """Return what may be asked where there is one policy: each lever against its lowest value, else the worst futures."""
    levers = paired_levers(results) or [""]
    return [Question(outcome, policy, "", scenario, margin, lever) for outcome in outcomes for lever in levers]


def _known(kind: str, name: str, names: Sequence[str]) -> str:
    if name not in names:
        close = nearest(name, list(names))
        raise UserError(f"no {kind} {name} there; " + (f"did you mean {close}?" if close else ", ".join(names)))
    return name


def _finish(page: Study, folder: Path, name: str) -> None:
    screen = console()
    screen.print(f"\n{page.title}", style="bold")
    for line in page.answer:
        screen.print(f"- {line}", soft_wrap=True)
    for line in page.grades:
        screen.print(line, style="dim", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")
    screen.print(f"\nPage: {write_study(page, folder, name)}", style="bold", soft_wrap=True)
