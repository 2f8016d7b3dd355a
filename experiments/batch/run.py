"""One run: what is run, what identifies it, and the command that repeats it."""

import shlex
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch.own_model import model_source
from experiments.batch.settings import write_value
from model.scenario.plain import plain

if TYPE_CHECKING:
    from model.scenario.schema import Scenario


@dataclass(frozen=True)
class Run:
    """What is run: a scenario and a policy (shipped names or paths), overrides, a seed.

    `stop`: conditions under which it ends early (see `ends.py`). `model`: a user's subclass (see `own_model.py`).
    """

    scenario: str = "levant_2014"
    policy: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict, hash=False)
    seed: int = 0
    stop: tuple[str, ...] = ()
    model: str = ""
    source: str = ""  # digest of the source of that model

    def __post_init__(self) -> None:
        vars(self)["overrides"], vars(self)["seed"] = plain(self.overrides), plain(self.seed)
        if self.model and not self.source:
            vars(self)["source"] = model_source(self.model)

    @cached_property
    def composed(self) -> "Scenario":
        """The scenario with its policy and overrides; raises ScenarioError where they are wrong."""
        from model.scenario import load_scenario  # pydantic takes a second: runs are named before they are composed

        return load_scenario(self.scenario, policy=self.policy, overrides=dict(self.overrides))

    @cached_property
    def run_hash(self) -> str:
        """What identifies the run: SHA-256 of scenario digest, seed and version of the model."""
        return sha256(f"{self.composed.digest} {self.seed} {model_version()}{self._unlike_others}".encode()).hexdigest()

    @property
    def _unlike_others(self) -> str:
        """What else identifies it: where it may stop, and the source of a model of the user's own."""
        return f" stop {self.stop}" * bool(self.stop) + f" model {self.model} {self.source}" * bool(self.model)

    @property
    def command(self) -> str:
        """The command that repeats this run."""
        words = ["inkspot", "run", str(self.scenario)]
        words += ["--policy", str(self.policy)] if self.policy else []
        words += ["--seed", str(self.seed)]
        for key, value in self.overrides.items():
            words += ["--set", f"{key}={write_value(value)}"]
        for condition in self.stop:
            words += ["--stop", condition]
        words += ["--model", self.model] if self.model else []
        return shlex.join(words)


def policy_beside(scenario: str, policy: str) -> str:
    """Return a policy as it can be found: a name that is no shipped policy and no file is a file beside the scenario's."""
    from model.scenario.files import Source, find  # as above

    home = find(scenario, "scenario")
    if isinstance(find(policy, "policy"), Source) or not isinstance(home, Source) or not Path(scenario).exists():
        return policy
    beside = find(policy, "policy", beside=home)
    return str(beside.path) if isinstance(beside, Source) else policy


def identity(run: Run) -> dict[str, Any]:
    """Return what a run's row says of it: scenario, policy, seed, run_hash; its words where it cannot be composed."""
    try:
        return {
            "scenario": run.composed.name, "policy": run.composed.policy.name, "seed": run.seed, "run_hash": run.run_hash
        }  # fmt: skip
    except Exception:
        words = sha256(f"{run.command} {model_version()}".encode()).hexdigest()
        policy = Path(run.policy or "").stem
        return {"scenario": Path(run.scenario).stem, "policy": policy, "seed": run.seed, "run_hash": words}


def replicates(run: Run, seeds: Iterable[int]) -> list[Run]:
    """Return `run` with each of `seeds`, composed once. Raises ScenarioError."""
    copies = [replace(run, seed=seed) for seed in seeds]
    for copy in copies:
        vars(copy)["composed"] = run.composed
    return copies


def error_words(error: Exception) -> str:
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
