"""The commands of `inkspot` that hold the model against history. Like in `main.py`, imports wait until they are needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.plain_errors import plain_errors

histories = typer.Typer()

Jobs = Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")]
Targets = Annotated[Path | None, typer.Option(help="Another file of targets than scenarios/history/targets.toml.")]


@histories.command()
def calibrate(
    points: Annotated[int, typer.Option(min=3, max=5000, help="Points of a wave.")] = 400,
    seeds: Annotated[int, typer.Option(min=2, help="Runs of each point.")] = 4,
    waves: Annotated[int, typer.Option(min=1, max=10, help="Waves: the ranges, then what is not refuted.")] = 3,
    members: Annotated[int, typer.Option(min=3, max=5000, help="Most members of the ensemble.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed proposes the same points.")] = 0,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Use no target of a later date.")] = None,
    screen: Annotated[
        bool, typer.Option("--screen", help="Instead: which of all parameters move the targets?")
    ] = False,
    targets: Targets = None,
    jobs: Jobs = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/calibration")] = None,
    fresh: Fresh = False,
) -> None:
    """Fit parameters to 2014-2015 by history matching; leave a posterior ensemble.

    About twelve minutes on one core. Stopped or killed, the same command goes on from there.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where, calibrate_and_print, day, screen_and_print
        from experiments.history.calibrate import Plan

        folder = out or Path("results") / ("screening" if screen else "calibration")
        where = Where(folder, jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:]))
        if screen:
            failures = screen_and_print(points, targets, where)
        else:
            plan = Plan(points, seeds, waves, members, seed, day(until, "--until"))
            failures = calibrate_and_print(plan, targets, where)
    if failures:
        raise typer.Exit(1)


@histories.command()
def backtest(
    policy: Annotated[
        str | None, typer.Option(help="What is done after 2015: a policy or a path; else what was done goes on.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Score targets from this day on.")] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Simulate until this day; else the last target.")
    ] = None,
    targets: Targets = None,
    ensemble: Annotated[
        str, typer.Option(metavar="FILE", help="A posterior ensemble: shipped, or a file.")
    ] = "shipped",
    members: Annotated[int, typer.Option(min=3, help="Members of it that are run.")] = 100,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each member.")] = 2,
    check: Annotated[
        bool, typer.Option("--check", help="Instead: which conclusions survive other maps and rivals?")
    ] = False,
    jobs: Jobs = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/backtest")] = None,
    fresh: Fresh = False,
) -> None:
    """Hold the ensemble's forecasts against reports: fan charts, coverage, scores, null models.

    With --targets and --policy also beyond 2015. Stopped, the same command goes on from there.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where, backtest_and_print, check_and_print, forecast_plan

        folder = out or Path("results") / ("check" if check else "backtest")
        where = Where(folder, jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:]))
        if check:
            failures = check_and_print(ensemble, where)
        else:
            plan = forecast_plan(ensemble, targets, policy, (start, end), members, seeds)
            failures = backtest_and_print(plan, where)
    if failures:
        raise typer.Exit(1)
