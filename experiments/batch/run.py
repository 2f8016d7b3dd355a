"""One run of a batch, and batches of them: serially or on processes, with the same results to the last bit."""

import shlex
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from experiments.batch.settings import write_value
from experiments.batch.workers import supervised

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from model.record import Result
    from model.scenario.schema import Scenario


@dataclass(frozen=True)
class Run:
    """What is run: a scenario and a policy (shipped names or paths), overrides, a seed. `keep_map`: keep the last map."""

    scenario: str = "levant_2014"
    policy: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict, hash=False)
    seed: int = 0
    keep_map: bool = field(default=False, compare=False)

    @cached_property
    def composed(self) -> "Scenario":
        """The scenario with its policy and overrides; raises ScenarioError where they are wrong."""
        from model.scenario import load_scenario

        return load_scenario(self.scenario, policy=self.policy, overrides=dict(self.overrides))

    @cached_property
    def run_hash(self) -> str:
        """What identifies the run: SHA-256 of scenario digest, seed and version of the model."""
        return sha256(f"{self.composed.digest} {self.seed} {model_version()}".encode()).hexdigest()

    @property
    def command(self) -> str:
        """The command that repeats this run."""
        words = ["inkspot", "run", str(self.scenario)]
        words += ["--policy", str(self.policy)] if self.policy else []
        words += ["--seed", str(self.seed)]
        for key, value in self.overrides.items():
            words += ["--set", f"{key}={write_value(value)}"]
        return shlex.join(words)


@dataclass(frozen=True)
class EndMap:
    """Who controls what when a run ends: control (organisations, rows, columns), nan where no land cell is."""

    control: "npt.NDArray[np.float64]"
    names: tuple[str, ...]
    titles: dict[str, str]


@dataclass(frozen=True)
class RunOutcome:
    """What came of a run. Of a failed one: the error; outcomes are empty, tables and map are None."""

    run: Run
    run_hash: str
    scenario: str
    policy: str
    status: Literal["done", "failed"]
    error: str = ""
    wall_seconds: float = float("nan")
    outcomes: dict[str, float] = field(default_factory=dict)
    series: "pd.DataFrame | None" = None
    events: "pd.DataFrame | None" = None
    end: EndMap | None = None


def replicates(run: Run, seeds: Iterable[int]) -> list[Run]:
    """Return `run` with each of `seeds`, composed once; the map of the first is kept. Raises ScenarioError."""
    copies = [replace(run, seed=seed, keep_map=position == 0) for position, seed in enumerate(seeds)]
    for copy in copies:
        vars(copy)["composed"] = run.composed
    return copies


def run_one(run: Run) -> RunOutcome:
    """Run to the end. A run that fails is a row with its error, never an exception (but Ctrl-C passes)."""
    made, error, seconds = attempt(run, partial(_done, run))
    return failed(run, error, seconds) if made is None else replace(made, wall_seconds=seconds)


def attempt[Made](run: Run, make: Callable[["Result"], Made]) -> tuple[Made | None, str, float]:
    """Run to the end and return what `make` makes of the result, an error in one line, and seconds of the run.

    What was made is None where the run or the making failed, with any error but Ctrl-C.
    """
    started = perf_counter()
    try:
        from model.simulation import Simulation

        scenario = run.composed
        started = perf_counter()
        simulation = Simulation(scenario, seed=run.seed)
        result = simulation.run()
        seconds = perf_counter() - started
        del simulation.state, simulation.record  # agents and model refer to each other: free the arrays now
        return make(result), "", seconds
    except Exception as error:
        return None, _words(error), perf_counter() - started


def execute(runs: Iterable[Run], jobs: int = 1) -> Iterator[RunOutcome]:
    """Yield the outcome of each run as it finishes: in order where `jobs` is 1, else from that many processes.

    A script that asks for more than one job must do so under `if __name__ == "__main__":`, since new processes import
    it. Raises ValueError where `jobs` is below 1.
    """
    if jobs < 1:
        raise ValueError(f"`jobs` must be 1 or more, got {jobs}")
    if jobs == 1:
        yield from map(run_one, runs)
        return
    for run, answer in supervised(run_one, runs, jobs):
        yield answer if isinstance(answer, RunOutcome) else failed(run, str(answer))


def failed(run: Run, error: str, seconds: float = float("nan")) -> RunOutcome:
    """Return the outcome of a run that did not end; where it cannot even be composed, its words identify it."""
    try:
        scenario, policy, run_hash = run.composed.name, run.composed.policy.name, run.run_hash
    except Exception:
        scenario, policy = Path(run.scenario).stem, Path(run.policy or "").stem
        run_hash = sha256(f"{run.command} {model_version()}".encode()).hexdigest()
    return RunOutcome(run, run_hash, scenario, policy, "failed", error, seconds)


def _done(run: Run, result: "Result") -> RunOutcome:
    end = None
    if run.keep_map:
        end = EndMap(result.control, tuple(result.organisation_names), dict(result.organisation_titles))
    return RunOutcome(
        run=run,
        run_hash=run.run_hash,
        scenario=run.composed.name,
        policy=run.composed.policy.name,
        status="done",
        outcomes=dict(result.outcomes),
        series=result.series,
        events=result.events,
        end=end,
    )


def _words(error: Exception) -> str:
    """Return an error as one line: its kind, its message, and where it was raised."""
    message = " ".join(f"{type(error).__name__}: {error}".split())
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return message + place


@lru_cache(maxsize=1)
def model_version() -> str:
    """Return the version of the package and a digest of the model's code and maps: other code, other results.

    The digest is of contents, not of names, so that results stay valid when a file only moves.
    """
    contents: list[bytes] = []
    for folder, pattern in (("model", "**/*.py"), ("scenarios", "theatres/*")):
        root = Path(str(resources.files(folder)))
        contents += [sha256(path.read_bytes()).digest() for path in root.glob(pattern)]
    return f"{version('inkspot')}+{sha256(b''.join(sorted(contents))).hexdigest()[:12]}"
