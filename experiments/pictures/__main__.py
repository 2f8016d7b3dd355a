"""Draw the README's pictures: the map of one run, and the first two years of twenty against what is known of them.

With the word `headline` it runs the headline experiment instead, into results/headline, and keeps its figure; with the
word `history` the backtest of the shipped ensemble, into results/backtest.
"""

import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import DateFormatter, MonthLocator
from matplotlib.figure import Figure

from experiments.batch.cores import available_cores
from experiments.batch.whole_files import write_whole
from experiments.claims.headline.design import Design
from experiments.cli.headline import RESULTS, headline_and_figure
from experiments.cli.plain_errors import plain_errors
from experiments.history.backtest import backtest
from experiments.history.figures import write_figure
from experiments.history.plan import Plan
from experiments.history.target import load_targets
from experiments.points.ensemble import load_ensemble
from experiments.report import palette
from experiments.report.maps import map_png
from model.record import SERIES, Result
from model.scenario import load_scenario
from model.simulation import Simulation

FOLDER = Path(__file__).parent
SEEDS = range(20)
WEEKS = 104
REPORTED = {  # land held in Iraq and Syria, km2 (IHS Conflict Monitor, as printed in 2015)
    date(2015, 1, 1): 90_800, date(2015, 6, 30): 82_940, date(2015, 12, 14): 78_000,
}  # fmt: skip


def main() -> None:
    """Write levant_2014_map.png and levant_2014_sense.png beside this file."""
    scenario = load_scenario("levant_2014", overrides={"weeks": WEEKS})
    runs = [Simulation(scenario, seed).run() for seed in SEEDS]
    map_png(runs[0], FOLDER / "levant_2014_map.png")
    figure = Figure(figsize=(11, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.5, 1, 1])
    _pledges(left, runs)
    _land(middle, runs)
    _people(right, runs)
    words = f"levant_2014, {scenario.policy.name}, seeds 0 to {len(runs) - 1}; a laboratory, no forecast"
    figure.text(0.995, -0.02, words, ha="right", va="top", fontsize=7, color="0.4")
    figure.savefig(FOLDER / "levant_2014_sense.png", dpi=110, bbox_inches="tight")


def _pledges(axes: Axes, runs: list[Result]) -> None:
    """Dates of pledges, a dot a run; groups in the order of their median date."""
    dates: dict[str, list[int]] = {}
    for run in runs:
        for event in run.event_list:
            if event.kind == "pledge" and "splinter" not in event.organisation:
                dates.setdefault(event.organisation, []).append(event.week)
    often = {name: weeks for name, weeks in dates.items() if len(weeks) >= len(runs) / 4}
    titles = runs[0].organisation_titles
    for row, (_, weeks) in enumerate(sorted(often.items(), key=lambda item: -float(np.median(item[1])))):
        axes.plot(_days(runs[0], weeks), [row] * len(weeks), "o", ms=4, alpha=0.5, color=palette.SLATE, mec="none")
        axes.text(
            1.02, row, f"{len(weeks)} of {len(runs)}", transform=axes.get_yaxis_transform(), va="center", fontsize=7
        )
    axes.set_yticks(range(len(often)), [titles[n] for n in sorted(often, key=lambda n: -float(np.median(often[n])))])
    axes.tick_params(labelsize=7)
    axes.set_title("Pledges, a dot a run (runs that have one)", fontsize=9, loc="left")
    _dated(axes)


def _land(axes: Axes, runs: list[Result]) -> None:
    _band(axes, runs, "area_core", 1e3, "#222222", "model, 80% of runs")
    axes.plot(
        np.array(list(REPORTED), dtype="datetime64[D]"),
        [area / 1e3 for area in REPORTED.values()],
        "D",
        color=palette.REPORTED,
        label="reported (IHS)",
    )
    axes.set_title("Land held by the core, 1,000 km²", fontsize=9, loc="left")
    axes.set_ylim(0, 1.1 * max(axes.get_ylim()[1], *(area / 1e3 for area in REPORTED.values())))
    axes.legend(frameon=False, fontsize=7)
    _dated(axes)


def _people(axes: Axes, runs: list[Result]) -> None:
    _band(axes, runs, "people_core", 1e6, "#222222", "core")
    _band(axes, runs, "people_provinces", 1e6, palette.PROVINCE, "provinces")
    axes.set_title("People held, millions", fontsize=9, loc="left")
    axes.set_ylim(0)
    axes.legend(frameon=False, fontsize=7)
    _dated(axes)


def _band(axes: Axes, runs: list[Result], name: str, scale: float, colour: str, label: str) -> None:
    """Median and 10 to 90% of runs."""
    column = SERIES.index(name)
    low, middle, high = np.quantile([run.rows[:, column] / scale for run in runs], [0.1, 0.5, 0.9], axis=0)
    days = _days(runs[0], range(len(middle)))
    axes.fill_between(days, low, high, color=colour, alpha=0.25, lw=0)
    axes.plot(days, middle, color=colour, lw=1.5, label=label)


def _days(run: Result, weeks: Iterable[int]) -> npt.NDArray[np.datetime64]:
    return np.array([run.scenario.start + timedelta(weeks=int(week)) for week in weeks], dtype="datetime64[D]")


def _dated(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(DateFormatter("%b\n%Y"))
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.set_major_locator(MonthLocator(bymonth=(1, 7)))


def headline() -> None:
    """Write headline.png beside this file: the headline experiment at its usual size."""
    if headline_and_figure(Design(), None, available_cores(), fresh=False, command=["inkspot", "headline"]):
        raise SystemExit("some runs failed: the picture is left as it was")
    write_whole(FOLDER / "headline.png", (RESULTS / "headline.png").read_bytes())


def history() -> None:
    """Write history.png beside this file: the shipped ensemble against what was reported of 2014 and 2015."""
    targets = load_targets()
    found = backtest(Plan(load_ensemble(), targets, targets), Path("results") / "backtest", available_cores())
    folder = write_figure(found, Path("results") / "backtest", dpi=85).parent
    write_whole(FOLDER / "history.png", (folder / "fan.png").read_bytes())


if __name__ == "__main__":
    with plain_errors():
        {"headline": headline, "history": history}.get("".join(sys.argv[1:]), main)()
