"""The commands of `inkspot` that compare the model with history. As in `main.py`, imports wait until they are needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.folders import out_folder
from experiments.cli.plain_errors import plain_errors

histories = typer.Typer()

Jobs = Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")]
Targets = Annotated[Path | None, typer.Option(help="A file of targets. Default: scenarios/history/targets.toml.")]


@histories.command()
def calibrate(
    points: Annotated[int, typer.Option(min=3, max=5000, help="Number of points per wave.")] = 400,
    seeds: Annotated[int, typer.Option(min=2, help="Number of runs per point.")] = 4,
    waves: Annotated[int, typer.Option(min=1, max=10, help="Most waves; each samples what is not ruled out.")] = 4,
    final: Annotated[
        int, typer.Option(min=50, max=5000, help="Number of points drawn by likelihood at the end, run and weighted.")
    ] = 400,
    members: Annotated[int, typer.Option(min=50, max=5000, help="Largest number of members of the ensemble.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sampling of points.")] = 0,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Use only targets up to this date.")] = None,
    screen: Annotated[
        bool, typer.Option("--screen", help="Only find which of all parameters move the targets.")
    ] = False,
    targets: Targets = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/calibration"),
    ] = None,
    fresh: Fresh = False,
) -> None:
    """Fit parameters to 2014-2015 by history matching; write the weighted, non-implausible ensemble.

    It takes about an hour on two cores. The same command resumes a stopped or killed calibration.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where, calibrate_and_print, day, screen_and_print
        from experiments.history.bench import Plan

        folder = out or Path("results") / ("screening" if screen else "calibration")
        where = Where(folder, jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:]))
        if screen:
            failures = screen_and_print(points, targets, where)
        else:
            plan = Plan(points, seeds, waves, final, members, seed, day(until, "--until"))
            failures = calibrate_and_print(plan, targets, where)
    if failures:
        raise typer.Exit(1)


@histories.command()
def forecast(
    ensemble: Annotated[
        str, typer.Option(metavar="FILE", help="A non-implausible ensemble: shipped, or a file.")
    ] = "shipped",
    policy: Annotated[
        list[str] | None, typer.Option(help="Policy after 2015: a name or a path; several give several forecasts.")
    ] = None,
    end: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Forecast the months that end by this date.")
    ] = "2018-12-31",
    draws: Annotated[int, typer.Option(min=1, help="Number of draws; each is a run of its own.")] = 200,
    score: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CSV", help="Score against observations: country,month,deaths and others; may be repeated."
        ),
    ] = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/forecast"),
    ] = None,
    fresh: Fresh = False,
) -> None:
    """Forecast deaths by country and cell, fighting, land, fighters and towns, as draws in the field's form.

    Files are in the form of the VIEWS prediction challenge. The same command resumes a stopped forecast.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where
        from experiments.cli.forecast import Asked, forecast_and_print

        where = Where(out or Path("results") / "forecast", jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:]))
        failures = forecast_and_print(Asked(ensemble, policy or [], end, draws, score or []), where)
    if failures:
        raise typer.Exit(1)


@histories.command()
def backtest(
    policy: Annotated[str | None, typer.Option(help="Policy after 2015: a name or a path. Default: no change.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Score targets from this date on.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Simulate until this date. Default: the last target.")
    ] = None,
    targets: Targets = None,
    ensemble: Annotated[
        str, typer.Option(metavar="FILE", help="A non-implausible ensemble: shipped, or a file.")
    ] = "shipped",
    members: Annotated[int, typer.Option(min=3, help="Number of members to run.")] = 100,
    seeds: Annotated[int, typer.Option(min=1, help="Number of runs per member.")] = 2,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/backtest"),
    ] = None,
    fresh: Fresh = False,
) -> None:
    """Compare the ensemble's forecasts with reports: fan charts, coverage, scores, null models.

    With --targets and --policy it also covers years after 2015. The same command resumes a stopped backtest.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where, backtest_and_print, forecast_plan

        where = Where(out or Path("results") / "backtest", jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:]))
        plan = forecast_plan(ensemble, targets, policy, (start, end), members, seeds)
        failures = backtest_and_print(plan, where)
    if failures:
        raise typer.Exit(1)


@histories.command()
def structure(
    ensemble: Annotated[
        str, typer.Option(metavar="FILE", help="A non-implausible ensemble: shipped, or a file.")
    ] = "shipped",
    members: Annotated[int, typer.Option(min=3, help="Number of members under each condition.")] = 10,
    draws: Annotated[int, typer.Option(min=3, help="Number of draws of the prior, and of the ensemble.")] = 36,
    seeds: Annotated[int, typer.Option(min=2, help="Number of runs per draw.")] = 2,
    weeks: Annotated[int, typer.Option(min=1, max=2600, help="Weeks to simulate.")] = 104,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/structure"),
    ] = None,
    fresh: Fresh = False,
) -> None:
    """Test which conclusion survives what, and how much the fit narrows each.

    Conditions: other maps, the other form of territory, rival findings, weights of the channels of links. It takes about
    ten minutes on two cores. The same command resumes a stopped or killed test.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.backtest import Where
        from experiments.cli.structure import structure_and_print
        from experiments.history.structure import Extent

        where = Where(
            out or Path("results") / "structure", jobs or available_cores(), fresh, ("inkspot", *sys.argv[1:])
        )
        failures = structure_and_print(ensemble, Extent(members, draws, seeds, weeks), where)
    if failures:
        raise typer.Exit(1)
