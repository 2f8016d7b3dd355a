"""One bit flipped at random in each kind of file of results: is it told, or does it change nothing?

uv run python -m tests.flips 400        # so many trials over all kinds of files, some minutes
"""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.batch import store as stores
from experiments.batch.errors import UserError
from experiments.batch.reader import Reader
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import sweep
from experiments.sweep.summary import show_results

DESIGN = """
[design]
title = "Flips"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 4
replicates = 2
keep = ["runs", "series", "events"]
[uncertainties]
territory.growth = "declared"
[sampling]
method = "latin_hypercube"
points = 2
"""


def folders(place: Path) -> tuple[Path, Path, Path]:
    """A finished sweep, a finished comparison with maps, and a comparison that was killed and has all in parts."""
    (place / "flips.toml").write_text(DESIGN)
    swept = sweep(load_design(place / "flips.toml"), place / "swept", reuse=False).out
    batch, killed, seconds = (
        plan("synthetic_plane", ["core_only"], 2, {"weeks": 4}),
        place / "killed",
        stores.SECONDS_A_PART,
    )

    def copy(progress: Any) -> None:
        if progress.made == 2:
            shutil.copytree(place / "compared", killed)

    stores.SECONDS_A_PART = 0.0
    try:
        compare(batch, place / "compared", progress=copy)
    finally:
        stores.SECONDS_A_PART = seconds
    return swept, place / "compared", killed


def files(place: Path) -> list[Path]:
    """The files of results, one of each kind first."""
    found = [path for path in sorted(place.rglob("*")) if path.is_file() and not path.name.startswith(".lock")]
    return [path for path in found if path.suffix in (".parquet", ".json", ".npz")]


def shown(folder: Path) -> Any:
    """All that readers make of a folder. Raises UserError where damage is told."""
    reader = Reader(folder)
    keys = sorted(reader.finished())
    maps = [reader.map(key).control.tobytes() for key in keys if reader.has_map(key)]
    is_sweep = folder.name == "swept"
    frames = [reader.read(name, keys) for name in ("series", "events", *([] if is_sweep else ["runs"]))]
    frames += [Results(folder).runs()] if is_sweep else []
    tables = [frame.to_json(date_format="iso", double_precision=15) for frame in frames]
    if not is_sweep:
        reader.check()
        return tables, maps, reader.manifest(), ""
    results, text = Results(folder), StringIO()
    show_results(Console(file=text, width=110), results)
    return tables, maps, results.points.tolist(), text.getvalue()


def trials(place: Path, count: int, seed: int) -> Iterator[tuple[Path, int, str]]:
    """Flip a bit so many times; yield file, place and what came of it: told, nothing changed, or what went wrong."""
    luck, before = random.Random(seed), {folder: shown(folder) for folder in folders(place)}
    found = [(folder, file) for folder in before for file in files(folder)]
    for trial in range(count):
        folder, file = found[trial % len(found)]
        whole, position = file.read_bytes(), luck.randrange(8 * file.stat().st_size)
        broken = bytearray(whole)
        broken[position // 8] ^= 1 << position % 8
        file.write_bytes(broken)
        try:
            answer = "nothing changed" if shown(folder) == before[folder] else "changed without a word"
        except UserError:
            answer = "told"
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        file.write_bytes(whole)
        yield file.relative_to(place), position, answer


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        results = list(trials(Path(name), int(sys.argv[1]), seed=1))
    for answer in sorted({answer for *_, answer in results}):
        same = [(file, position) for file, position, each in results if each == answer]
        print(f"{len(same):5} {answer}" + ("" if answer in ("told", "nothing changed") else f": {same[:3]}"))
