"""What the headline experiment leaves in its folder besides the runs: figure, table and text; and reading them again."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.batch.run import model_version
from experiments.batch.whole_files import write_whole
from experiments.claims.headline.figure import draw
from experiments.claims.headline.verdicts import Headline
from experiments.claims.headline.words import second, sentences, third, title
from experiments.report.figures import png, svg

DPI = 130  # of the PNG


def write_headline(headline: Headline, command: Sequence[str] = ()) -> dict[str, Path]:
    """Write figure (svg, png), table (csv) and text (json) into the folder of the runs; return their paths by suffix.

    Raises OSError where the disk does.
    """
    figure, design = draw(headline), headline.batch.design
    summary = {
        "title": title(headline), "second": second(headline), "third": third(headline), "sentences": sentences(headline),
        "scenario": design.scenario, "weeks": design.horizon, "points": design.points, "seeds": design.seeds,
        "command": shlex.join(command), "model_version": model_version(), "seconds": round(headline.batch.seconds, 1),
        "failed": len(headline.batch.failures),
    }  # fmt: skip
    content = {
        "csv": headline.table.to_csv(index=False).encode(),
        "svg": svg(figure),
        "png": png(figure, DPI),
        "json": (json.dumps(summary, indent=2, ensure_ascii=False) + "\n").encode(),
    }
    paths = {suffix: headline.batch.out / f"headline.{suffix}" for suffix in content}
    for suffix, path in paths.items():
        write_whole(path, content[suffix])
    return paths


def stored_headline(folder: Path) -> dict[str, Any] | None:
    """Return the text that a headline experiment left in `folder`, with its figure as `svg`; None where there is none."""
    try:
        summary = json.loads((folder / "headline.json").read_text(encoding="utf-8"))
        figure = (folder / "headline.svg").read_bytes()
    except (OSError, ValueError):
        return None
    return summary | {"svg": figure} if isinstance(summary, dict) and summary.get("sentences") else None
