"""The commands of `inkspot` for batches: claims, the headline, sweeps and their analysis.

Like `main.py`, nothing heavy is imported until a command needs it.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.folders import out_folder
from experiments.cli.plain_errors import plain_errors

batches = typer.Typer()

Ensemble = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Use a non-implausible ensemble instead of draws: shipped, or a file."),
]
Otherwise = Annotated[
    bool, typer.Option("--otherwise", help="Also look for points of the ranges at which verdicts come out otherwise.")
]
Verdicts = Annotated[
    Path | None,
    typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the verdicts. Default: that of the results"),
]


@batches.command()
def claims(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="IDS", help="Such as C14 or C01,C05. Default: the whole ledger.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=2, help="Number of paired seeds for every claim.")] = None,
    draws: Annotated[int | None, typer.Option(min=0, help="Number of parameter draws for every claim.")] = None,
    ensemble: Ensemble = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A quick look of some minutes, with provisional verdicts.")
    ] = False,
    rivals: Annotated[bool | None, typer.Option(help="Repeat each claim under its rival findings.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="A ledger of your own, beside the shipped one.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/claims"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure everything again.")] = False,
    otherwise: Otherwise = False,
    tables: Verdicts = None,
) -> None:
    """Test the essay's claims: supported, contradicted, negligible, or undetermined.

    By default the ledger's own rules hold, which takes hours for all claims. The same command resumes a stopped test.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.claims import Options, judge_and_print

        what, where = (ids or [], seeds, draws, quick, rivals), (ledger, out, fresh)
        options = Options(*what, jobs or available_cores(), *where, ensemble or "", otherwise, tables)
        failures = judge_and_print(options, ["inkspot", *sys.argv[1:]])
    if failures:
        raise typer.Exit(1)


@batches.command()
def headline(
    points: Annotated[int, typer.Option(min=4, max=4096, help="Number of worlds in the space of assumptions.")] = 64,
    seeds: Annotated[int, typer.Option(min=2, help="Number of seeds for every course of action in each world.")] = 6,
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A shipped scenario or a path; may be repeated. Default: levant_2014 and essay_2016."),
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=2600, help="Weeks to simulate.")] = 104,
    members: Annotated[int, typer.Option(min=0, help="Members of the shipped ensemble as further worlds.")] = 32,
    ensemble: Annotated[bool, typer.Option(help="Whether the ensemble is used at all.")] = True,
    checked: Annotated[int, typer.Option(min=0, help="Worlds that run again under each check (0: no checks).")] = 16,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/headline"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
) -> None:
    """Ask what cutting the links does: instead of strikes, on top of them, wholly, and alone.

    Assumptions vary together; the result is one figure and a page of text. The same command resumes a stopped run.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.claims.headline.design import SCENARIOS, Design
        from experiments.cli.headline import headline_and_figure

        scenarios = tuple(dict.fromkeys(scenario or SCENARIOS))
        design = Design(points, seeds, weeks, scenarios, members if ensemble else 0, checked)
        failures = headline_and_figure(design, out, jobs or available_cores(), fresh, ["inkspot", *sys.argv[1:]])
    if failures:
        raise typer.Exit(1)


DesignAsked = Annotated[
    str | None,
    typer.Argument(metavar="DESIGN", help="A shipped design or a path to one; not needed with --points."),
]
Points = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A table (CSV, XLSX, Parquet) of points, a column a name.")
]
Seeds = Annotated[
    str | None, typer.Option(metavar="N|LIST", help="A number of seeds, or a list of them: 1,5,9 or 10-19.")
]
Stop = Annotated[
    list[str] | None,
    typer.Option(metavar="CONDITION", help="End a run when it holds: 'people_core < 1e5'; repeatable."),
]
Model = Annotated[str | None, typer.Option(metavar="MODULE:CLASS", help="A subclass of the model, or FILE.py:CLASS.")]
ScenarioAsked = Annotated[str | None, typer.Option(help="With --points alone: the scenario. Default: levant_2014.")]
Policies = Annotated[
    str | None, typer.Option(metavar="A,B,..", help="With --points alone: policies. Default: the scenario's.")
]
At = Annotated[str | None, typer.Option(metavar="W,W,..", help="Also store outcomes at these weeks.")]
Outcomes = Annotated[str | None, typer.Option(metavar="A,B,..", help="The outcomes of the summary.")]
Weeks = Annotated[int | None, typer.Option(min=1, max=2600, help="Weeks of every run.")]


@batches.command()
def sweep(
    design: DesignAsked = None,
    points: Points = None,
    scenario: ScenarioAsked = None,
    policies: Policies = None,
    weeks: Weeks = None,
    seeds: Seeds = None,
    outcomes: Outcomes = None,
    at: At = None,
    stop: Stop = None,
    model: Model = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask scheduler; `local` starts one here.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/sweep-..."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
    reuse: Annotated[bool, typer.Option(help="Reuse runs stored in neighbouring folders.")] = True,
    dry: Annotated[bool, typer.Option("--dry-run", help="Show only the number of runs, time and size.")] = False,
) -> None:
    """Run a batch experiment from a design file, from a table of points, or both.

    Results are Parquet files that are complete at any moment. The same command resumes a stopped or killed sweep.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.sweep import Options, dry_run, sweep_and_print
        from experiments.cli.sweep_plan import Asked, planned

        options, command = Options(jobs or available_cores(), dask, out, fresh, reuse), ["inkspot", *sys.argv[1:]]
        asked = Asked(design, points, scenario, policies, weeks, seeds, outcomes, at, tuple(stop or ()), model)
        plan = planned(asked)
        if dry:
            dry_run(plan, options, command)
            return
        failures = sweep_and_print(plan, options, command)
    if failures:
        raise typer.Exit(1)


@batches.command()
def sensitivity(
    design: Annotated[str, typer.Argument(metavar="DESIGN", help="A shipped design or a path to one.")],
    method: Annotated[
        str | None, typer.Option(help="sobol, morris or tornado. Default: the design's own method, or sobol.")
    ] = None,
    blocks: Annotated[
        int | None, typer.Option(min=2, help="Number of blocks (a power of 2 for sobol) or of trajectories (morris).")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask scheduler, or `local`.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/sensitivity-..."
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
) -> None:
    """Find the factors of a design that matter: Sobol indices, Morris screening, or one factor at a time.

    Runs the points that the method needs and writes sensitivity.html. The same command resumes a stopped run.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.studies import sensitivity_and_print
        from experiments.cli.sweep import Options

        options = Options(jobs or available_cores(), dask, out, fresh)
        sensitivity_and_print(design, method, blocks, options, ["inkspot", *sys.argv[1:]])


@batches.command()
def discover(
    folder: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a sweep.")],
    outcomes: Annotated[
        str | None, typer.Option(metavar="A,B,..", help="Default: the outcomes that a report counts.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="The policy that may backfire. Default: each.")] = None,
    against: Annotated[str | None, typer.Option(help="The policy to compare with. Default: the first.")] = None,
    margin: Annotated[float, typer.Option(help="How much worse counts as backfiring, in the outcome's unit.")] = 0.0,
) -> None:
    """Find the parameter draws in which a policy backfires, what decides it, and how policies perform across all draws.

    Of one policy: where more of a lever backfires, or which draws are the worst.
    Writes discovery.html into the folder of results.
    """
    with plain_errors():
        from experiments.cli.studies import discover_and_print

        names = [name.strip() for name in (outcomes or "").split(",") if name.strip()]
        discover_and_print(folder, names, policy, against, margin, ["inkspot", *sys.argv[1:]])


@batches.command()
def results(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The results folder of a sweep.")]) -> None:
    """Summarise the results of a batch experiment: runs, failures, factors, outcomes, how to open them."""
    with plain_errors():
        from experiments.cli.sweep import results_and_print

        results_and_print(folder)


@batches.command()
def site(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new or an empty folder, or a site made earlier.")],
    scenarios: Annotated[
        str | None, typer.Option(metavar="A,B,..", help="Shipped scenarios of the gallery. Default: all.")
    ] = None,
    policies: Annotated[
        str | None, typer.Option(metavar="A,B,..", help="Shipped policies beside a scenario's own. Default: a few.")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=300, help="Weeks of each replay. Default: the scenario's.")
    ] = None,
    lessons: Annotated[
        str | None, typer.Option(metavar="A,B,..", help="Shipped lessons; an empty text for none. Default: all.")
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Verdicts for the claims wall, as `inkspot claims` stores them."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
) -> None:
    """Make a folder of web pages that need no server: lessons, replays, claims, glossary.

    It opens from a disk or any web host. The same command resumes a stopped one; the same inputs give the same bytes.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.site import SiteOptions, build_and_say, plan_of

        asked = {"scenarios": scenarios, "policies": policies, "weeks": weeks, "lessons": lessons, "claims": claims}
        plan, command = plan_of(asked)
        build_and_say(plan, SiteOptions(out, jobs or available_cores(), claims, command), ["inkspot", *sys.argv[1:]])
