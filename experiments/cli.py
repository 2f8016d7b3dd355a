"""The `inkspot` command. Nothing heavy is imported until a command needs it, so that `--help` answers at once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    help="A militant core, its provinces, governments and allies on a real map: when does cutting the links between "
    "them work, do nothing, or backfire? A laboratory for assumptions, not a forecast.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Scenario = Annotated[str, typer.Argument(help="A shipped scenario or a path to one.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a value, as in territory.growth=0.4; repeatable."),
]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a user can do something about into one message and exit code 2."""
    from experiments.errors import UserError
    from model.problems import ScenarioError

    try:
        yield
    except (UserError, ScenarioError) as error:
        fail(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        words = error.strerror or str(error)
        fail(f"cannot read or write {error.filename}: {words}" if error.filename else f"the system says: {words}")


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    typer.echo(f"inkspot: {message}", err=True)
    raise typer.Exit(2)


@app.command()
def run(
    scenario: Scenario = "levant_2014",
    policy: Annotated[str | None, typer.Option(help="A shipped policy or a path; else the scenario's own.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Luck: the same seed gives the same run.")] = 0,
    weeks: Annotated[int | None, typer.Option(help="Weeks to simulate; else the scenario's.")] = None,
    settings: Settings = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Tell one organisation's story: the core, or a group by its name."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/run-...")] = None,
) -> None:
    """One run, explained: what happened and why, a table, a map."""
    with plain_errors():
        from experiments.settings import parse_settings
        from experiments.workers import limit_threads

        overrides = parse_settings(settings or []) | ({} if weeks is None else {"weeks": weeks})
        limit_threads()
        from experiments.commands import run_and_explain
        from experiments.runs import Run

        run_and_explain(Run(scenario, policy, overrides, seed), out, ["inkspot", *sys.argv[1:]], explain)


@app.command()
def compare(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a path; several: A,B,..")] = "levant_2014",
    policies: Annotated[str | None, typer.Option(metavar="A,B,..", help="Names or paths; else all shipped.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Every policy meets each of so many seeds.")] = 8,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")] = None,
    settings: Settings = None,
    baseline: Annotated[str | None, typer.Option(help="The policy to compare with; else core_only.")] = None,
    draws: Annotated[
        int, typer.Option(min=0, help="Futures drawn from the parameters' ranges: regret, which assumption decides.")
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/compare-...")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
) -> None:
    """Compare policies: differences, intervals, a report.

    Every policy meets the same seeds, so that differences are paired. Stopped, the same command goes on from there.
    """
    with plain_errors():
        from experiments.settings import parse_settings
        from experiments.workers import available_cores, limit_threads

        overrides = parse_settings(settings or [])
        names = None if policies is None else [name.strip() for name in policies.split(",") if name.strip()]
        limit_threads()
        from experiments.compare import plans
        from experiments.compare_command import Options, compare_and_report

        scenarios = [name.strip() for name in scenario.split(",") if name.strip()]
        batches = plans(scenarios, names, seeds, overrides, baseline)
        failures = compare_and_report(
            batches, Options(out, jobs or available_cores(), draws, fresh, ("inkspot", *sys.argv[1:]))
        )
    if failures:
        raise typer.Exit(1)


@app.command()
def claims(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="IDS", help="As C14 or C01,C05; else the whole ledger.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=2, help="Paired seeds of every claim.")] = None,
    draws: Annotated[int | None, typer.Option(min=0, help="Draws from the ranges of the parameters.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The ledger's seeds, 40 draws, all rival findings.")] = False,
    rivals: Annotated[bool | None, typer.Option(help="Repeat each under the rival findings that bear on it.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="Another ledger than the shipped one.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/claims")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure everything anew.")] = False,
) -> None:
    """Put the essay's claims to the test: supported, contradicted, or undetermined.

    Without options a quick look of about two minutes. Stopped, the same command goes on from there.
    """
    with plain_errors():
        from experiments.workers import available_cores, limit_threads

        limit_threads()
        from experiments.claims_command import Options, judge_and_print

        options = Options(ids or [], seeds, draws, full, rivals, jobs or available_cores(), ledger, out, fresh)
        failures = judge_and_print(options, ["inkspot", *sys.argv[1:]])
    if failures:
        raise typer.Exit(1)


@app.command()
def headline(
    scenario: Scenario = "levant_2014",
    points: Annotated[int, typer.Option(min=4, max=4096, help="Worlds in the box of assumptions.")] = 64,
    seeds: Annotated[int, typer.Option(min=2, help="Every policy meets each of so many seeds in each world.")] = 8,
    weeks: Annotated[int, typer.Option(min=1, max=2600, help="Weeks to simulate.")] = 104,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/headline")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
) -> None:
    """Map where cutting the links works, does nothing, or backfires.

    Five assumptions are varied together; one figure. Stopped, the same command goes on from there.
    """
    with plain_errors():
        from experiments.workers import available_cores, limit_threads

        limit_threads()
        from experiments.claims.headline_worlds import Design
        from experiments.headline_command import headline_and_figure

        design = Design(points, seeds, scenario, weeks)
        failures = headline_and_figure(design, out, jobs or available_cores(), fresh, ["inkspot", *sys.argv[1:]])
    if failures:
        raise typer.Exit(1)


@app.command()
def sweep(
    design: Annotated[str, typer.Argument(metavar="DESIGN", help="A shipped design or a path to one.")],
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask scheduler, or on one made here: local.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/sweep-...")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
    reuse: Annotated[bool, typer.Option(help="Take over runs that are stored in folders beside it.")] = True,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell runs, time and size.")] = False,
) -> None:
    """Run a batch experiment from a design file.

    Results are Parquet files, whole at any moment. Stopped or killed, the same command goes on from there.
    """
    with plain_errors():
        from experiments.workers import available_cores, limit_threads

        limit_threads()
        from experiments.sweep_command import Options, dry_run, sweep_and_print

        options, command = Options(jobs or available_cores(), dask, out, fresh, reuse), ["inkspot", *sys.argv[1:]]
        if dry:
            dry_run(design, options, command)
            return
        failures = sweep_and_print(design, options, command)
    if failures:
        raise typer.Exit(1)


@app.command()
def sensitivity(
    design: Annotated[str, typer.Argument(metavar="DESIGN", help="A shipped design or a path to one.")],
    method: Annotated[
        str | None, typer.Option(help="sobol, morris or tornado; else what the design's points are made for, or sobol.")
    ] = None,
    blocks: Annotated[
        int | None, typer.Option(min=2, help="Blocks of points (a power of 2 for sobol), or trajectories for morris.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")] = None,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask scheduler, or: local.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; else results/sensitivity-...")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
) -> None:
    """Tell which factors of a design matter: Sobol indices, Morris screening, or one factor at a time.

    Runs the points that the method needs, and writes sensitivity.html. Stopped, the same command goes on from there.
    """
    with plain_errors():
        from experiments.workers import available_cores, limit_threads

        limit_threads()
        from experiments.study_command import sensitivity_and_print
        from experiments.sweep_command import Options

        options = Options(jobs or available_cores(), dask, out, fresh)
        sensitivity_and_print(design, method, blocks, options, ["inkspot", *sys.argv[1:]])


@app.command()
def discover(
    folder: Annotated[Path, typer.Argument(metavar="RESULTS", help="The results folder of a sweep.")],
    outcomes: Annotated[str | None, typer.Option(metavar="A,B,..", help="Else those that a report counts.")] = None,
    policy: Annotated[str | None, typer.Option(help="The policy that may backfire; else each.")] = None,
    against: Annotated[str | None, typer.Option(help="The policy to compare with; else the first.")] = None,
    margin: Annotated[float, typer.Option(help="By how much worse, in the outcome's unit.")] = 0.0,
) -> None:
    """Tell in which futures a policy backfires, what decides it, and how policies do across all of them.

    Writes discovery.html into the folder.
    """
    with plain_errors():
        from experiments.study_command import discover_and_print

        names = [name.strip() for name in (outcomes or "").split(",") if name.strip()]
        discover_and_print(folder, names, policy, against, margin, ["inkspot", *sys.argv[1:]])


@app.command()
def results(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The results folder of a sweep.")]) -> None:
    """Summarise the results of a batch experiment: runs, failures, factors, outcomes, how to open them."""
    with plain_errors():
        from experiments.sweep_command import results_and_print

        results_and_print(folder)


@app.command()
def check(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Scenario or policy files.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of scenario files (or: --schema policy).")
    ] = False,
) -> None:
    """Check scenario and policy files, all problems at once."""
    with plain_errors():
        from experiments.commands import check_files, schema_text

        if schema:
            typer.echo(schema_text((files or ["scenario"])[0]))
        elif not files:
            fail("name a file to check, or use --schema to print the JSON Schema")
        elif not check_files(files):
            raise typer.Exit(2)


@app.command("list")
def list_names() -> None:
    """Show what there is: scenarios, policies, outcomes ...

    Also levers, mechanisms, rival findings and families of parameters.
    """
    with plain_errors():
        from experiments.commands import show_names

        show_names()


@app.command()
def describe(what: Annotated[str, typer.Argument(help="A name from `inkspot list`, a parameter, a group ...")]) -> None:
    """Explain anything that has a name.

    A scenario, policy, parameter, mechanism, rival finding, lever, outcome, group, hub, government or ally.
    """
    with plain_errors():
        from experiments.commands import show_description

        show_description(what)


def main() -> None:
    """Run the command line; texts that the terminal cannot show are approximated."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
