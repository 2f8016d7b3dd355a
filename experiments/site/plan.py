"""What a site holds: scenarios and policies of its gallery, lessons, and how fine the grid of a challenge is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from experiments.batch.errors import UserError
from model.scenario import list_policies, list_scenarios, load_scenario
from model.scenario.problems import few, nearest

SOME = ("no_intervention", "sever_links", "contain_affiliates", "comprehensive", "essay_equal_cost")
GALLERY: dict[str, tuple[str, ...]] = {  # each policy beside the scenario's own
    "levant_2014": SOME,
    "essay_2016": SOME,
    "core_collapse": ("no_intervention", "sever_links"),
    "awakening_2006": ("no_intervention",),
    "darnah_2014": ("no_intervention",),
    "saudi_2003": (),
    "synthetic_plane": (),
}
STEPS = 6  # settings of each slider of a challenge


@dataclass(frozen=True)
class SitePlan:
    """What a site holds. `gallery`: scenario -> policies shown beside its own; `lessons`: names, in their order.

    weeks: of the replays, None: the scenario's; steps: settings of each slider of a challenge.
    """

    gallery: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(GALLERY))
    lessons: tuple[str, ...] = ()
    weeks: int | None = None
    steps: int = STEPS

    def overrides(self) -> dict[str, int]:
        """Return the overrides of a replay's runs."""
        return {} if self.weeks is None else {"weeks": self.weeks}

    def weeks_of(self, scenario: str) -> int:
        """Return how many weeks a replay has."""
        return self.weeks or load_scenario(scenario).weeks


def gallery_of(scenarios: Sequence[str] | None, policies: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Return the gallery of some scenarios and policies (None: as shipped). Raises UserError naming the nearest names."""
    chosen = list(GALLERY) if scenarios is None else list(scenarios)
    _known("scenario", chosen, list_scenarios())
    if policies is not None:
        _known("policy", policies, list_policies())
    gallery = {}
    for scenario in chosen:
        wanted = GALLERY.get(scenario, ()) if policies is None else policies
        own = load_scenario(scenario).policy.name
        gallery[scenario] = tuple(policy for policy in wanted if policy != own)
    return gallery


def lessons_of(names: Sequence[str] | None, shipped: Sequence[str]) -> tuple[str, ...]:
    """Return the lessons of these names, in their order (None: all). Raises UserError naming the nearest name."""
    if names is None:
        return tuple(shipped)
    _known("lesson", names, dict.fromkeys(shipped, ""))
    return tuple(name for name in shipped if name in names)


def _known(kind: str, names: Sequence[str], known: Mapping[str, str]) -> None:
    for name in names:
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean `{close}`?" if close else f"there are {few(known)}"
            raise UserError(f"there is no shipped {kind} `{name}`; {hint}")
