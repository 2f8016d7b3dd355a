"""The headline figure: what each way of cutting does, outcome by outcome, and in how many worlds it helps or backfires.

Rows are comparisons, the essay's whole advice set off. Columns are the verdict on the mean, the four outcomes (mean over
worlds and its 95% interval, in percent of the control arm, against the smallest relevant effect in grey), and the worlds by
verdict. Shapes and words say what the colours say (Okabe and Ito's, which survive colour blindness and grey print).
"""

from importlib.metadata import version
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.claims.headline.arms import ADVICE, COMPARISONS, CUTTING
from experiments.claims.headline.design import BOX, ENSEMBLE, STATED
from experiments.claims.headline.legend import COLOURS, FILLS, HATCHES, MARKERS, MEMBERS, legend
from experiments.claims.headline.verdicts import COUNTED, OVERALL, Headline, chosen
from experiments.claims.headline.words import lines, since
from experiments.report.figures import GREY, INK, blank, fit

WIDTH = 10.4  # inches: at 1,000 pixels and 96 to the inch letters have the size that is written here
ROW, GAP, HEADING = 0.36, 0.22, 0.72  # inches: a comparison, before the essay's whole advice, above a scenario
FOOT, BETWEEN, LINE = 0.86, 0.2, 1.3
LABELS, VERDICT, PANEL, NUMBER, WORLDS, MARGIN = 1.6, 1.22, 0.98, 0.51, 1.46, 0.08
SMALL, TEXT, LARGE = 8.0, 9.0, 14.0
LETTERS = 86  # of the title that fit into a line
LEAST_RANGE = 0.15  # of an outcome's scale to either side
SYMBOLS = {"helps": "▼", "backfires": "▲", "trade-off": "◆", "nothing": "=", "unclear": "?"}
WORDS = {"nothing": "changes little", "unclear": "unclear", "trade-off": "trade-off"}
DARK = {"helps": "#055965", "backfires": "#7d1128", "trade-off": "#8f4a6e", "better": "#055965", "worse": "#7d1128"}
BODY = ROW * len(COMPARISONS) + GAP  # inches of the rows of a scenario


def places() -> list[float]:
    """Return how far below a panel's top each comparison lies, in inches."""
    return [ROW * (place + 0.5) + (GAP if comparison in ADVICE else 0) for place, comparison in enumerate(COMPARISONS)]


def draw(headline: Headline, note: str = "") -> Figure:
    """Return the figure. `note`: a sentence below the title."""
    answers = lines(headline)
    hanging = "  " if len(answers) > 1 else ""
    words = [fill(line, LETTERS, subsequent_indent=hanging) for line in answers]
    top = 0.14 + LARGE / 72 * LINE * sum(1 + line.count("\n") for line in words)
    below_title, top = top, top + (0.24 if note else 0.0)
    height = top + len(headline.scenarios) * (HEADING + BODY + BETWEEN) + FOOT
    figure = blank(WIDTH, height)
    figure.text(
        MARGIN / WIDTH, 1 - 0.1 / height, "\n".join(words), fontsize=LARGE, fontweight="bold", color=INK, va="top",
        linespacing=LINE - 0.05,
    )  # fmt: skip
    fit(
        figure.text(MARGIN / WIDTH, 1 - (below_title + 0.12) / height, note, fontsize=TEXT, color=INK, va="center"),
        figure,
    )
    for number, scenario in enumerate(headline.scenarios):
        below = height - top - number * (HEADING + BODY + BETWEEN) - HEADING
        _scenario(figure, headline, scenario, below, height)
    axes = figure.add_axes((0, 0, 1, FOOT / height))
    axes.set(xlim=(0, WIDTH), ylim=(0, FOOT))
    design = headline.batch.design
    legend(
        axes, MARGIN, FOOT - 0.16, bool(design.members),
        f"{', '.join(headline.scenarios)} · {design.points} worlds · {design.seeds} paired seeds · {design.weeks} weeks · "
        f"inkspot {version('inkspot')} · a laboratory for assumptions, no forecast",
    )  # fmt: skip
    return figure


def _scenario(figure: Figure, headline: Headline, scenario: str, below: float, height: float) -> None:
    """Draw the block of one scenario, whose rows begin `below` inches above the figure's foot."""
    page = figure.add_axes((0, (below - BODY) / height, 1, (BODY + HEADING) / height))
    page.axis("off")
    page.set(xlim=(0, WIDTH), ylim=(-BODY, HEADING))
    page.text(MARGIN, 0.44, f"From {since(headline)[scenario]}", fontsize=12, fontweight="bold", color=INK, va="bottom")
    left = MARGIN + LABELS
    page.text(left, 0.24, "on the average", fontsize=TEXT, fontweight="bold", color=INK, va="bottom")
    page.text(left, 0.08, "of all worlds", fontsize=SMALL, color="#555555", va="bottom")
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        verdict = headline.verdict(scenario, comparison.name)
        colour = DARK.get(verdict, "#555555")
        page.text(MARGIN, -place, comparison.title, fontsize=TEXT, va="center", color=INK, linespacing=0.95)
        page.text(left + 0.07, -place, SYMBOLS[verdict], fontsize=TEXT, va="center", ha="center", color=colour)
        page.text(
            left + 0.2, -place, WORDS.get(verdict, verdict), fontsize=TEXT, fontweight="bold", va="center", color=colour
        )
    line = -(ROW * len(CUTTING) + GAP / 2)
    page.plot([MARGIN, WIDTH - MARGIN], [line, line], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    left += VERDICT
    for column, counted in enumerate(COUNTED):
        x = left + column * (PANEL + NUMBER)
        name = counted.title.replace("people under ", "people under\n")
        page.text(x, 0.24, name, fontsize=TEXT, fontweight="bold", color=INK, va="bottom", linespacing=0.98)
        page.text(x + PANEL / 2, 0.08, "← fewer   more →", fontsize=SMALL, color="#555555", va="bottom", ha="center")
        _panel(figure.add_axes(_box(x, below, PANEL, height)), headline, scenario, column)
    x = left + len(COUNTED) * (PANEL + NUMBER)
    page.text(x, 0.24, "all four together", fontsize=TEXT, fontweight="bold", color=INK, va="bottom")
    page.text(x, 0.08, f"number of {headline.batch.design.points} worlds", fontsize=SMALL, color="#555555", va="bottom")
    _bars(figure.add_axes(_box(x, below, WORLDS, height)), headline, scenario)


def _box(left: float, below: float, width: float, height: float) -> tuple[float, float, float, float]:
    return left / WIDTH, (below - BODY) / height, width / WIDTH, BODY / height


def _bare(axes: Axes, low: float, high: float) -> None:
    axes.set(xlim=(low, high), ylim=(-BODY, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)


def limit(headline: Headline, outcome: str) -> float:
    """Return how far an outcome's scale reaches to either side: the same in all scenarios."""
    means = chosen(headline.means, check=STATED, outcome=outcome)
    usual = means["control"].abs().replace(0.0, np.nan)
    ends = ("low", "high") if len(means) else ()
    boxed = means["source"] == BOX
    known = [(means.loc[boxed, end] / usual[boxed]).abs() for end in ends] + [means["relative"].abs()]
    largest = max((float(each.max()) for each in known if each.notna().any()), default=0.0)
    return max(LEAST_RANGE, 1.08 * largest)


def _panel(axes: Axes, headline: Headline, scenario: str, column: int) -> None:
    """Draw the means of one outcome in one scenario."""
    counted = COUNTED[column]
    reach = limit(headline, counted.name)
    _bare(axes, -reach, reach)
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        row = headline.mean(scenario, comparison.name, counted.name)
        usual, verdict = abs(row["control"]) or float("nan"), row["verdict"]
        band = min(row["smallest"] / usual, reach) if usual == usual else 0.0
        axes.add_patch(
            Rectangle((-band, -place - ROW / 2), 2 * band, ROW, facecolor="#e6e6e6", edgecolor="none", zorder=0)
        )
        axes.plot([0, 0], [-place - ROW / 2, -place + ROW / 2], color=GREY, linewidth=0.8, zorder=1)
        colour = COLOURS[verdict]
        ends = np.clip([row["low"] / usual, row["high"] / usual], -reach, reach)
        axes.plot(ends, [-place, -place], color=colour, linewidth=1.8, zorder=3, solid_capstyle="butt")
        axes.plot([row["relative"]], [-place], MARKERS[verdict], color=colour, markersize=6, zorder=4, clip_on=False,
                  markerfacecolor="white" if verdict == "unclear" else colour)  # fmt: skip
        if headline.batch.design.members:
            other = headline.mean(scenario, comparison.name, counted.name, ENSEMBLE)["relative"]
            axes.plot([other], [-place - ROW * 0.34], clip_on=False, zorder=2, **MEMBERS)
        axes.text(
            reach * 1.08, -place, percents(row["relative"]), fontsize=TEXT, va="center", ha="left",
            fontweight="bold" if verdict in DARK else "normal", color=DARK.get(verdict, "#555555"),
        )  # fmt: skip


def percents(share: float) -> str:
    """Return a relative difference as a signed whole percentage; nothing has no sign, what is not known is a dash."""
    if share != share:
        return "–"
    text = f"{share:+.0%}".replace("-", "−")
    return "0%" if text in ("+0%", "−0%") else text


def _bars(axes: Axes, headline: Headline, scenario: str) -> None:
    """Draw worlds by verdict, with their numbers."""
    points = headline.batch.design.points
    _bare(axes, 0, points)
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        start, counts = 0, headline.counts(scenario, comparison.name)
        for kind in (kind for kind in OVERALL if counts[kind]):
            count = counts[kind]
            axes.barh(
                -place,
                count,
                ROW * 0.66,
                start,
                color=FILLS[kind],
                edgecolor="white",
                linewidth=0.8,
                hatch=HATCHES[kind],
            )
            if count >= 0.07 * points:
                axes.text(
                    start + count / 2, -place - 0.008, f"{count}", ha="center", va="center", fontsize=TEXT, color=INK,
                    fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.1, "alpha": 0.9},
                )  # fmt: skip
            start += count
