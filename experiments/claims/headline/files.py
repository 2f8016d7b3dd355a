"""What the headline experiment leaves in its folder besides the runs: figure, table and text; and reading them again."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.batch.run import model_version
from experiments.batch.spreadsheets import safe
from experiments.batch.whole_files import write_whole
from experiments.batch.written import checked as undamaged
from experiments.batch.written import note
from experiments.claims.headline.checks import Checked, checked
from experiments.claims.headline.decisive import Deciding, deciding
from experiments.claims.headline.experiment import WorldRuns
from experiments.claims.headline.figure import draw
from experiments.claims.headline.page import markdown, sections, sentences
from experiments.claims.headline.verdicts import Headline, judge_headline
from experiments.claims.headline.words import second, steady, third, title
from experiments.report.figures import png, svg

DPI = 192  # of the PNG: twice what it is shown at


@dataclass(frozen=True)
class Answer:
    """What the runs say, what decides it, and whether it stays."""

    headline: Headline
    decided: tuple[Deciding, ...]
    checks: Checked


def answer(batch: WorldRuns) -> Answer:
    """Return what the runs say. Failed runs do not count."""
    headline = judge_headline(batch)
    return Answer(headline, tuple(deciding(headline)), checked(headline))


def write_headline(found: Answer, command: Sequence[str] = ()) -> dict[str, Path]:
    """Write figure (svg, png), table (csv) and text (md, json) into the folder of the runs; return their paths by suffix.

    Raises OSError where the disk does.
    """
    headline = found.headline
    figure, design = draw(headline, steady(found.checks)), headline.batch.design
    parts = (headline, found.decided, found.checks)
    summary = {
        "title": title(headline), "second": second(headline), "third": third(found.decided, headline),
        "steady": steady(found.checks),
        "sentences": sentences(*parts), "sections": {each.heading: each.paragraphs for each in sections(*parts)},
        "scenarios": design.scenarios, "weeks": design.weeks, "points": design.points, "seeds": design.seeds,
        "members": design.members, "command": shlex.join(command), "model_version": model_version(),
        "seconds": round(headline.batch.seconds, 1), "failed": len(headline.batch.failures),
    }  # fmt: skip
    content = {
        "csv": safe(headline.table).to_csv(index=False).encode(),
        "svg": svg(figure),
        "png": png(figure, DPI),
        "md": markdown(*parts, shlex.join(command)).encode(),
        "json": (json.dumps(summary, indent=2, ensure_ascii=False) + "\n").encode(),
    }
    paths = {suffix: headline.batch.out / f"headline.{suffix}" for suffix in content}
    for suffix, path in paths.items():
        write_whole(path, content[suffix])
    note(paths.values())
    return paths


def stored_headline(folder: Path) -> dict[str, Any] | None:
    """Return the text that a headline experiment left in `folder`, with its figure as `svg`; None where there is none.

    Raises StoreError where one of the two is damaged.
    """
    try:
        summary = json.loads(undamaged(folder / "headline.json").read_text(encoding="utf-8"))
        figure = undamaged(folder / "headline.svg").read_bytes()
    except (OSError, ValueError):
        return None
    return summary | {"svg": figure} if isinstance(summary, dict) and summary.get("sentences") else None
