"""The policy in time: which of its phases are under way, by date or since what they wait for has happened."""

from collections.abc import Sequence

import numpy as np

from model.kernels.arguments import Efforts
from model.scenario import phase_weeks
from model.scenario.efforts import CORE as THE_CORE
from model.scenario.efforts import Part
from model.scenario.schema import LEVERS, Phase, Scenario
from model.scenario.triggers import places
from model.state import ATTACK_KINDS, CORE, State
from model.state.fields import Floats

HALF = 0.5  # a place is held where more than half of it is: what the word means, not an assumption
ABROAD = ATTACK_KINDS.index("international")


def turn(state: State, scenario: Scenario) -> None:
    """Go on from this week under another policy and other values; what has happened stays.

    A phase that waits does so from this week on; one that the former policy had, too, waits on as it stood. Phases that
    would have started earlier start now.
    """
    before = zip(state.scenario.policy.phases.values(), state.phase_week, state.phase_armed, strict=True)
    stood = {_waits(phase): (week, armed) for phase, week, armed in before if phase.when}
    same, phases = scenario.policy == state.scenario.policy, scenario.policy.phases.values()
    state.follow(scenario)
    state.cache.clear()
    if same:
        return
    state.phase_week = np.array([max(state.week, phase_weeks(phase, scenario)[0]) for phase in phases], dtype=np.int64)
    state.phase_armed = np.zeros(len(phases), dtype=np.bool_)
    for k, phase in enumerate(phases):
        if phase.when:
            state.phase_week[k], state.phase_armed[k] = stood.get(_waits(phase), (-1, False))


def _waits(phase: Phase) -> tuple[object, ...]:
    return phase.when, phase.delay, phase.start


def start_phases(state: State) -> None:
    """Set the week in which each phase starts that waits for something which has now happened, `delay` weeks from now."""
    for k, phase in enumerate(state.scenario.policy.phases.values()):
        if phase.when and state.phase_week[k] < 0 and _happened(state, k, phase.when):
            earliest = phase_weeks(phase.model_copy(update={"when": ""}), state.scenario)[0]
            state.phase_week[k] = max(earliest, state.week + phase.delay)


def _happened(state: State, k: int, when: str) -> bool:
    """Whether a trigger has happened by the end of last week; a place must have been held (or free) before."""
    kind, _, name = when.partition(":")
    rows = [state.names.index(name)] if name in state.names else []
    if kind == "pledge":
        joined = state.pledged | state.provinces
        return bool(joined[rows].any() if name else joined.any())
    if kind == "attack_abroad":
        bloc = state.present & (state.camp == 0)
        return bool(state.attacks[rows if name else bloc, ABROAD].sum() > 0)
    wanted = kind == "taken"
    if bool(state.camp_control[0, _cell(state, name)] > HALF) != wanted:
        state.phase_armed[k] = True
        return False
    return bool(state.phase_armed[k])


def _cell(state: State, place: str) -> int:
    cells = state.cache.setdefault("places", {})
    if place not in cells:
        cells[place] = state.theatre.nearest_cell(*places(state.scenario.model_dump())[place])
    return int(cells[place])


def under_way(state: State) -> list[Phase]:
    """Return the phases of this week."""
    week, ends = min(state.week, state.scenario.weeks - 1), state.cache.get("phase_ends")
    if ends is None:
        phases = state.scenario.policy.phases.values()
        ends = state.cache["phase_ends"] = [(phase, phase_weeks(phase, state.scenario)[1]) for phase in phases]
    begun = zip(state.phase_week.tolist(), ends, strict=True)
    return [phase for first, (phase, last) in begun if 0 <= first <= week < last]


def efforts(state: State) -> Efforts:
    """Return what each ally spends on what this week; worked out anew when phases or allies' efforts change."""
    phases = under_way(state)
    now, known = (tuple(map(id, phases)), state.ally_effort.tobytes()), state.cache.get("efforts")
    if known is None or known[0] != now:
        known = state.cache["efforts"] = (now, spent(state, phases))
    made: Efforts = known[1]
    return made


def spent(state: State, phases: Sequence[Phase]) -> Efforts:
    """Return what allies spend in these phases.

    An ally spends its own shares first. What all are to bring, a share of all effort, is brought by what each has left;
    what is on top of that comes from all by their effort.
    """
    effort, shape = state.ally_effort, (len(LEVERS), len(state.allies))
    made = Efforts(
        np.zeros(shape), np.zeros((*shape, len(state.countries))), np.zeros((*shape, state.organisations)),
        np.zeros(len(LEVERS)),
    )  # fmt: skip
    on_top = state.scenario.policy.on_top
    bound = [part for phase in phases if not (on_top or phase.on_top) for part in phase.parts]
    own = np.array([sum(part.share for part in bound if part.ally == ally) for ally in state.allies])
    left, together = np.maximum(0.0, 1.0 - own) * effort, float(effort.sum())
    joint, free = sum(part.share for part in bound if not part.ally) * together, float(left.sum())
    each = left * (min(1.0, joint / free) * together / joint) if joint > 0 and free > 0 else 0 * left
    for phase in phases:
        for part in phase.parts:
            brought = effort if on_top or phase.on_top else each
            if part.ally:
                pairs = zip(state.allies, effort.tolist(), strict=True)
                brought = np.array([bring if ally == part.ally else 0.0 for ally, bring in pairs])
            _place(state, made, part, part.share * brought)
    return made


def _place(state: State, made: Efforts, part: Part, brought: Floats) -> None:
    """Add what is brought (allies,) where a part is aimed; against an organisation that is not there it is lost."""
    lever = LEVERS.index(part.lever)
    made.total[lever] += brought.sum()
    if not part.target:
        made.free[lever] += brought
    elif part.target in state.countries:
        made.at_countries[lever, :, state.countries.index(part.target)] += brought
    elif part.target == THE_CORE or part.target in state.names:
        row = CORE if part.target == THE_CORE else state.names.index(part.target)
        made.at_organisations[lever, :, row] += brought
