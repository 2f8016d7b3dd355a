"""The `inkspot` command. Nothing heavy is imported until a command needs it, so that `--help` answers at once."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from experiments.batch.errors import UserError
from experiments.batch.surroundings import open_streams, put_right
from experiments.cli.batches import batches
from experiments.cli.folders import out_folder
from experiments.cli.history import histories
from experiments.cli.papers import papers
from experiments.cli.plain_errors import check_place, check_words, fail, plain_errors, printable

app = typer.Typer(
    help="A militant core, its provinces, governments and allies on a real map: when does cutting the links between "
    "core and provinces work, do nothing, or backfire? A laboratory for assumptions, not a forecast.",
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
Weeks = Annotated[int | None, typer.Option(help="Weeks to simulate. Default: the scenario's.")]

Seeds = Annotated[
    str,
    typer.Option(metavar="N|LIST", help="Number of seeds, or a list (1,5,9 or 10-19); every policy runs on each."),
]
Model = Annotated[str, typer.Option(metavar="MODULE:CLASS", help="A subclass of the model, or FILE.py:CLASS.")]
Draws = Annotated[
    int,
    typer.Option(min=0, help="Also test policies under N parameter draws; report regret and the decisive parameters."),
]
Ensemble = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Use a non-implausible ensemble instead of draws: shipped, or a file."),
]


Explain = Annotated[str | None, typer.Option(metavar="NAME", help="Explain one organisation: core, or a group's name.")]
SaveState = Annotated[
    tuple[str, Path] | None,
    typer.Option(metavar="WEEK FILE", help="Also save the run as it stands in a week (or on a date), to go on from."),
]


@app.command()
def run(
    scenario: Scenario = "levant_2014",
    policy: Annotated[str | None, typer.Option(help="A shipped policy or a path. Default: the scenario's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random draws: same seed, same run.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    explain: Explain = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/run-..."),
    ] = None,
    save_state: SaveState = None,
    saved: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Go on from a saved run, under another --policy or with --set."),
    ] = None,
    stop: Annotated[
        list[str] | None, typer.Option(metavar="CONDITION", help="End when it holds: 'people_core < 1e5'; repeatable.")
    ] = None,
    model: Model = "",
) -> None:
    """Make one run and explain it: what happened and why, a table, a map."""
    with plain_errors():
        from experiments.batch.settings import parse_settings
        from experiments.batch.workers import limit_threads

        overrides = parse_settings(settings or []) | ({} if weeks is None else {"weeks": weeks})
        limit_threads()
        from experiments.batch.ends import checked_stop
        from experiments.batch.run import Run, policy_beside
        from experiments.cli.run import Course, continued, run_and_explain

        found = None if policy is None else policy_beside(scenario, policy)
        asked = Run(scenario, found, overrides, seed, checked_stop(stop or ()), model)
        course = Course(asked, save_state) if saved is None else continued(asked, saved, save_state)
        run_and_explain(course, out, ["inkspot", *sys.argv[1:]], explain)


Policies = Annotated[str | None, typer.Option(metavar="A,B,..", help="Names or paths. Default: all shipped.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also print the report as PDF (needs Chromium or Chrome).")]
Chart = Annotated[str, typer.Option(metavar="NAME", help="Draw only this chart of the report, named there under each.")]


@app.command()
def compare(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a path, or several: A,B,..")] = "levant_2014",
    policies: Policies = None,
    seeds: Seeds = "8",
    jobs: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes. Default: one per core.")] = None,
    weeks: Weeks = None,
    settings: Settings = None,
    baseline: Annotated[str | None, typer.Option(help="The policy to compare with. Default: core_only.")] = None,
    draws: Draws = 0,
    draw_seeds: Annotated[int, typer.Option(min=1, help="Seeds in each draw: two or more tell luck apart.")] = 2,
    ensemble: Ensemble = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=out_folder, metavar="FOLDER", help="Folder for the results. Default: results/compare-..."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete earlier results in that folder.")] = False,
    pdf: Pdf = False,
    chart: Chart = "",
    model: Model = "",
) -> None:
    """Compare policies: differences, intervals, a report.

    All policies run on the same seeds, so differences are paired. The same command resumes a stopped comparison.
    """
    with plain_errors():
        from experiments.batch.cores import available_cores
        from experiments.batch.workers import limit_threads

        limit_threads()
        from experiments.cli.compare_plan import Asked, announce, planned
        from experiments.cli.screen import console

        asked = Asked(
            scenario, policies, seeds, weeks, tuple(settings or ()), baseline, draws, ensemble or "", pdf, chart, model
        )
        batches, draws = planned(asked)
        jobs = jobs or available_cores()
        announce(console(), batches[0], jobs, draws, draw_seeds)
        from experiments.cli.compare import Options, compare_and_report  # two seconds: after the first line

        command = ("inkspot", *sys.argv[1:])
        options = Options(out, jobs, draws, draw_seeds, ensemble or "", fresh, command, pdf, chart)
        failures = compare_and_report(batches, options)
    if failures:
        raise typer.Exit(1)


@app.command()
def check(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Scenario, policy, design, targets or ledger files.")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of scenario files (or: --schema policy).")
    ] = False,
    run: Annotated[bool, typer.Option("--run", help="Run lessons: does the model do what they teach?")] = False,
) -> None:
    """Check scenario, policy, design, targets and ledger files; report all problems at once."""
    with plain_errors():
        from experiments.cli.check import check_files, schema_text

        if schema:
            typer.echo(schema_text((files or ["scenario"])[0]))
        elif not files:
            fail("name a file to check, or print the JSON Schema with --schema")
        elif not check_files(files, run):
            raise typer.Exit(2)


@app.command("app")
def browser(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Any but this machine's own asks visitors for a token.")
    ] = "127.0.0.1",
    token: Annotated[
        str,
        typer.Option(envvar="INKSPOT_TOKEN", metavar="TEXT", help="Ask visitors for this token. Default: see --host."),
    ] = "",
    root_path: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Path of the page behind a proxy. Default: none; in JupyterHub its proxy's."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name of this server besides its own, such as a proxy's; repeatable."),
    ] = None,
    ensemble: Annotated[
        str, typer.Option(metavar="FILE", help="The non-implausible ensemble for the tab Uncertainty.")
    ] = "shipped",
) -> None:
    """Open the browser page: two worlds side by side.

    The page is served on this machine only and needs no network.
    """
    with plain_errors():
        from experiments.app.address import checked
        from experiments.batch.workers import limit_threads

        address = checked(port, host, tuple(allow_host or ()), root_path, token, os.environ)
        limit_threads()
        from experiments.app.server import serve

        serve(address, typer.echo, ensemble)


@app.command("list")
def list_names() -> None:
    """List all names: scenarios, policies, outcomes ...

    Also designs, lessons, levers, mechanisms, parameters, claims, groups, countries, places and more.
    """
    with plain_errors():
        from experiments.cli.describe import show_names

        show_names()


@app.command()
def describe(
    what: Annotated[str, typer.Argument(metavar="NAME", help="Any name of `inkspot list`, or a command.")],
) -> None:
    """Explain anything that has a name.

    A claim (C14), a parameter (territory.growth), a group ("Boko Haram"), a country (IRQ), a command (sweep) ...
    """
    with plain_errors():
        from experiments.cli.describe import show_description

        show_description(what, typer.main.get_group(app))


app.add_typer(batches)
app.add_typer(histories)
app.add_typer(papers)


SELDOM = 50_000, 20, 20  # new objects before Python looks for cycles, as `gc.set_threshold` takes them


def main() -> None:
    """Run the command line; texts that the terminal cannot show are approximated.

    Looking for cycles among all that is imported, and once more at the end, would take a quarter of a short command's time.
    """
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    check_words(sys.argv[1:])
    if not {"-h", "--help"}.intersection(sys.argv):
        check_place()
    try:
        put_right(lambda words: typer.echo(words, err=True))
    except (UserError, OSError) as error:  # such as one open file more than is allowed
        if not {"-h", "--help"}.intersection(sys.argv):
            typer.echo(printable(f"inkspot: {error}"), err=True)
            sys.exit(2)
    try:
        app()
    except OSError as error:  # what Typer itself prints, such as help, onto a full disk
        with suppress(OSError):
            typer.echo(f"inkspot: what is printed cannot be written: {error.strerror or error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
