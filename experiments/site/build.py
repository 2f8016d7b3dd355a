"""Building a site: its parts, each of which is made once, on several processes; then the pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from experiments.batch.errors import UserError
from experiments.batch.workers import WorkerDied, supervised
from experiments.site.folder import Workplace, built, code_digest
from experiments.site.gallery import Made, make_gallery
from experiments.site.lessons import attempt_parts, make_attempt, make_worlds
from experiments.site.pages import Facts, site_files
from experiments.site.plan import SitePlan


@dataclass(frozen=True)
class Part:
    """A part of a site that is made by itself: its name, what makes it, and how many weeks it simulates."""

    name: str
    make: Callable[..., Made]
    arguments: tuple[object, ...]
    weeks: int


@dataclass(frozen=True)
class BuildProgress:
    """How far a building is: parts made and reused of all, the share of the simulated weeks, seconds that are left."""

    made: int = 0
    reused: int = 0
    total: int = 0
    share: float = 0.0
    left: float = float("nan")


type OnProgress = Callable[[BuildProgress], None]


def parts_of(plan: SitePlan) -> list[Part]:
    """Return the parts of a site, the longest first, so that processes end together."""
    parts = []
    for scenario, policies in plan.gallery.items():
        weeks = plan.weeks_of(scenario) * (1 + len(policies))
        parts.append(Part(f"gallery-{scenario}", make_gallery, (scenario, policies, plan.overrides()), 4 * weeks))
    for name in plan.lessons:
        worlds, attempts = attempt_parts(name, plan.steps)
        parts.append(Part(f"lesson-{name}", make_worlds, (name,), worlds))
        parts += [Part(f"lesson-{name}-{at}", make_attempt, (name, values), weeks)
                  for at, (values, weeks) in enumerate(attempts)]  # fmt: skip
    return sorted(parts, key=lambda part: -part.weeks)


def build_site(
    plan: SitePlan, out: Path, command: str, jobs: int = 1, claims: Path | None = None,
    progress: OnProgress = lambda told: None,
) -> Path:  # fmt: skip
    """Build a site in the folder `out` and return it; the same call resumes a stopped one.

    `command`: what the pages say that made them. `claims`: a folder with the verdicts of `inkspot claims`. Raises
    UserError where the folder cannot be used, a name is unknown or a part cannot be made.
    """
    with built(out) as place:
        made = _make_all(parts_of(plan), place, jobs, progress)
        for part in made.values():
            place.write(part.files)
        facts = Facts(plan, {name: part.facts for name, part in made.items()}, command, claims)
        place.write(site_files(facts))
    return out


def _make_all(parts: list[Part], place: Workplace, jobs: int, progress: OnProgress) -> dict[str, Made]:
    version = code_digest()
    keys = {part.name: sha256(f"{version} {part.arguments!r}".encode()).hexdigest() for part in parts}
    stored = {part.name: place.made(part.name, keys[part.name]) for part in parts}
    made = {name: part for name, part in stored.items() if part is not None}
    waiting = [part for part in parts if part.name not in made]
    reused, all_weeks, done_weeks = len(made), max(1, sum(part.weeks for part in waiting)), 0
    started = perf_counter()
    progress(BuildProgress(0, reused, len(parts)))
    for part, answer in _answers(waiting, jobs):
        if isinstance(answer, WorkerDied):
            raise UserError(f"the part {part.name} cannot be made: {answer}")
        made[part.name] = answer
        place.keep(part.name, keys[part.name], answer)
        done_weeks += part.weeks
        left = (perf_counter() - started) * (all_weeks - done_weeks) / done_weeks
        progress(BuildProgress(len(made) - reused, reused, len(parts), done_weeks / all_weeks, left))
    return made


def _answers(parts: list[Part], jobs: int) -> Iterator[tuple[Part, Made | WorkerDied]]:
    if jobs == 1 or not parts:
        return ((part, _made(part)) for part in parts)
    return supervised(_made, parts, jobs)


def _made(part: Part) -> Made:
    return part.make(*part.arguments)
