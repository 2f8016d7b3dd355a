"""The ledger page's figures as inline SVG: for a phone too, coloured by the page's style sheet, distinguished by shape.

forest   differences pair by pair, their mean with its 95% interval, and the same under rival findings
course   means of the arms in order, with 95% intervals
strip    one bar a parameter draw: up where the sign holds, down where it is reversed, flat where nothing happens
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from matplotlib.ticker import MaxNLocator

from experiments.claims.judge import DrawShare, Finding, Floats
from experiments.measures.numbers import NO_UNIT, number
from experiments.measures.statistics import paired_difference

WIDTH, MARGIN = 360, 12
FIRST_ROW, ROW, FOOT, HEAD = 50, 30, 38, 20
SHAPES = {"supported": "●", "contradicted": "▲", "negligible": "◇", "undetermined": "○"}
SIDES = {"lower": -1, "trade_off": -1, "higher": 1, "interior_maximum": 1, "equal": 0}
LONGEST = 18  # letters of an arm's name
GOLDEN = 0.618  # successive multiples of it, modulo 1, spread dots evenly


@dataclass(frozen=True)
class Scale:
    """From values to pixels along one direction."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value is."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Round values along the scale, some four of them."""
        values = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        return [float(value) for value in values if self.low <= value <= self.high]


def forest(finding: Finding, conditions: Mapping[str, Finding]) -> Markup:
    """Return an outcome's statistic: a dot a pair, the mean with its interval; a row for each condition (rival, off)."""
    shown = [each for each in (finding, *conditions.values()) if np.isfinite(each.mean)]
    if not shown:
        return Markup('<p class="soft">Nothing could be measured.</p>')
    margin = finding.smallest
    scale = _scale([finding.statistic, [margin, -margin, 0.0], *([[f.mean, f.low, f.high] for f in shown])])
    height = HEAD + FIRST_ROW + ROW * len(conditions) + FOOT
    parts = [_ground(finding, scale, height - FOOT, margin)]
    if np.isfinite(finding.mean):
        middle = HEAD + 31
        for pair, value in enumerate(finding.statistic):
            y = middle + 16 * ((pair * GOLDEN) % 1 - 0.5)
            parts.append(f'<circle class="dot" cx="{scale(value):.1f}" cy="{y:.1f}" r="2.6"/>')
        parts.append(_effect(finding, scale, middle, "as stated"))
    for row, (words, other) in enumerate(conditions.items()):
        parts.append(_effect(other, scale, HEAD + FIRST_ROW + ROW * row + 18, words))
    parts.append(_axis(scale, height - FOOT, finding.unit))
    label = f"{finding.name}: mean {number(finding.mean)}, 95% interval {number(finding.low)} to {number(finding.high)}"
    return _svg(parts, height, f"{label}; {finding.verdict}")


def course(name: str, unit: str, values: Mapping[str, Floats], arms: Sequence[str], joined: bool) -> Markup:
    """Return the means of arms in order, each with its 95% interval over pairs; `joined` where they are steps of a sweep."""
    means = [
        paired_difference(v[np.isfinite(v)], np.zeros(np.isfinite(v).sum())) for v in (values[arm] for arm in arms)
    ]
    points = [[m.difference, m.low, m.high] for m in means]
    if not np.isfinite(points).any():
        return Markup("")
    step = (WIDTH - 84) / max(1, len(arms) - 1)
    steep = max(len(arm) for arm in arms) * 6.2 > min(step, 60)
    fall = 3.0 * max(len(_cut(arm, LONGEST)) for arm in arms) if steep else 0.0
    height, foot = 190 + fall, 26 + fall
    up = _scale(points, start=height - foot - 6, end=HEAD + 8)
    places = [64 + step * row for row in range(len(arms))] if len(arms) > 1 else [WIDTH / 2]
    parts = [f'<text x="2" y="12" class="label">{escape(_title(name, unit))}</text>']
    for tick in up.ticks:
        parts.append(f'<line class="grid" x1="50" x2="{WIDTH - 4}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>')
        parts.append(f'<text x="46" y="{up(tick) + 3.5:.1f}" class="tick" text-anchor="end">{_round(tick)}</text>')
    known = [(x, mean.difference) for x, mean in zip(places, means, strict=True) if np.isfinite(mean.difference)]
    if joined:
        parts.append(f'<polyline class="course" points="{" ".join(f"{x:.1f},{up(y):.1f}" for x, y in known)}"/>')
    for arm, x, mean in zip(arms, places, means, strict=True):
        if np.isfinite(mean.low):
            parts.append(
                f'<line class="bar" x1="{x:.1f}" x2="{x:.1f}" y1="{up(mean.low):.1f}" y2="{up(mean.high):.1f}"/>'
            )
        if np.isfinite(mean.difference):
            parts.append(f'<circle class="mean" cx="{x:.1f}" cy="{up(mean.difference):.1f}" r="3.6"/>')
        turn = (
            f' transform="rotate(-28 {x:.1f} {height - foot + 14})" text-anchor="end"'
            if steep
            else ' text-anchor="middle"'
        )
        parts.append(
            f'<text x="{x:.1f}" y="{height - foot + 14}" class="tick"{turn}>{escape(_cut(arm, LONGEST))}</text>'
        )
    label = "; ".join(f"{arm} {number(mean.difference)}" for arm, mean in zip(arms, means, strict=True))
    return _svg(parts, height, f"Means of {name}: {label}")


def strip(share: DrawShare) -> Markup:
    """Return a bar for each draw, those in which the sign holds first."""
    if not share.count:
        return Markup("")
    counts = {"holds": share.holds, "nothing": share.nothing, "reversed": share.reversed_, "failed": share.failed}
    step = min(14.0, (WIDTH - 4) / share.count)
    parts, position = ['<line class="zero" x1="0" x2="360" y1="18" y2="18"/>'], 2.0
    boxes = {"holds": (3, 14), "reversed": (19, 14), "nothing": (16, 4), "failed": (17, 2)}
    for kind, count in counts.items():
        top, tall = boxes[kind]
        for _ in range(count):
            wide = max(step - 1.5, 0.6 * step)
            parts.append(f'<rect class="{kind}" x="{position:.2f}" y="{top}" width="{wide:.2f}" height="{tall}"/>')
            position += step
    label = ", ".join(f"{kind} {count}" for kind, count in counts.items())
    return _svg(parts, 36, f"Parameter draws: {label} of {share.count}")


def _round(tick: float) -> str:
    """Return the number of a tick, without zeros that say nothing."""
    text = number(tick)
    return text.rstrip("0").rstrip(".") if "." in text and " " not in text else text


def _title(name: str, unit: str) -> str:
    words = name if unit in NO_UNIT else f"{name} ({unit})"
    return _cut(words, 60)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _scale(values: Sequence[Sequence[float] | Floats], start: float = MARGIN, end: float = WIDTH - MARGIN) -> Scale:
    """Return a scale that holds all finite values, with room at both ends."""
    every = np.concatenate([np.asarray(each, dtype=float) for each in values])
    every = every[np.isfinite(every)]
    low, high = float(every.min()), float(every.max())
    room = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return Scale(low - room, high + room, start, end)


def _ground(finding: Finding, scale: Scale, bottom: float, margin: float) -> str:
    """Return what the effects are drawn on: zero, the side that is expected, the band of effects too small to matter."""
    zero, side = scale(0.0), SIDES[finding.outcome.expected]
    edge = (scale(-margin), scale(margin)) if side == 0 else (zero, scale.end) if side > 0 else (scale.start, zero)
    words = {0: "within the band: as expected", 1: "as expected →", -1: "← as expected"}[side]
    anchor, x = {0: ("middle", (edge[0] + edge[1]) / 2), 1: ("end", scale.end), -1: ("start", scale.start)}[side]
    x = min(max(x, 80.0), WIDTH - 80.0) if side == 0 else x
    band = (
        f'<rect class="small" x="{scale(-margin):.1f}" y="{HEAD - 4}" width="{scale(margin) - scale(-margin):.1f}" '
        f'height="{bottom - HEAD + 4:.1f}"/>' if margin and side else ""
    )  # fmt: skip
    return (
        f'<rect class="expected" x="{edge[0]:.1f}" y="{HEAD - 4}" width="{max(0.0, edge[1] - edge[0]):.1f}" '
        f'height="{bottom - HEAD + 4:.1f}"/>{band}<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="{HEAD - 4}" '
        f'y2="{bottom:.1f}"/><text x="{x:.1f}" y="11" class="tick" text-anchor="{anchor}">{words}</text>'
    )


def _effect(finding: Finding, scale: Scale, y: float, words: str) -> str:
    """Return a mean with its interval, and above it what it is and its verdict."""
    kind, parts = finding.verdict, []
    if np.isfinite(finding.low):
        parts.append(
            f'<line class="bar {kind}" x1="{scale(finding.low):.1f}" x2="{scale(finding.high):.1f}" y1="{y}" y2="{y}"/>'
        )
    if np.isfinite(finding.mean):
        parts.append(f'<g class="mean {kind}">{_mark(kind, scale(finding.mean), y)}</g>')
    said = f"{words}: {SHAPES[kind]} {kind}" if np.isfinite(finding.mean) else f"{words}: not measured"
    parts.append(
        f'<text x="{MARGIN}" y="{y - 12 if words != "as stated" else y - 15}" class="label">{escape(said)}</text>'
    )
    return "".join(parts)


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "contradicted":
        return f'<path d="M{x - 5.5:.1f} {y + 4.5:.1f}h11l-5.5 -10z"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6"/>'


def _axis(scale: Scale, y: float, unit: str) -> str:
    parts = [f'<line class="axis" x1="{scale.start}" x2="{scale.end}" y1="{y}" y2="{y}"/>']
    for tick in scale.ticks:
        x = scale(tick)
        anchor = "start" if x < 30 else "end" if x > WIDTH - 30 else "middle"
        parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 4}"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 15}" class="tick" text-anchor="{anchor}">{_round(tick)}</text>')
    words = (
        "rank correlation" if unit == "rank correlation" else "difference" if unit in NO_UNIT else f"difference, {unit}"
    )
    parts.append(f'<text x="{WIDTH / 2}" y="{y + 31}" class="tick" text-anchor="middle">{escape(words)}</text>')
    return "".join(parts)


def _svg(parts: Sequence[str], height: float, words: str) -> Markup:
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(words)}">{"".join(map(str, parts))}</svg>'
    )
