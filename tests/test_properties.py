"""Any valid scenario runs ten weeks without leaving its ranges (Hypothesis draws the scenarios)."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import Simulation, load_scenario
from model.scenario.declarations import declarations
from model.scenario.schema import LEVERS
from model.state.arrays import fields

DECLARED = declarations()
SHARE = st.floats(0, 1)
PARAMETERS = {
    f"{family}.{name}": st.floats(entry.low, entry.high)
    for family, entries in DECLARED.parameters.items()
    if family != "theatre"
    for name, entry in entries.items()
}
GROUP = {
    "fighters": st.integers(0, 200_000), "foreign_share": SHARE, "treasury": st.floats(0, 1e10), "conviction": SHARE,
    "ambition": SHARE, "need": SHARE, "brutality": SHARE, "skill": st.floats(0.1, 10), "envoys": st.floats(0, 1e4),
    "media": SHARE, "hub_tie": SHARE, "status": st.sampled_from(["independent", "province", "rival_franchise"]),
}  # fmt: skip
CORE = {
    "local_fighters": st.integers(0, 1_000_000), "foreign_fighters": st.integers(0, 1_000_000),
    "treasury": st.floats(0, 1e12), "prestige": SHARE, "brutality": SHARE, "skill": st.floats(0.1, 10),
}  # fmt: skip
GOVERNMENT = {
    "forces_per_1000": st.floats(0, 100), "government_effectiveness": st.floats(-3, 3), "rule_of_law": st.floats(-3, 3),
    "political_stability": st.floats(-3, 3), "excluded_share": SHARE, "discriminated_share": SHARE,
    "anti_foreign": SHARE, "border_control": SHARE, "posture": SHARE, "governed_share": SHARE,
    "population": st.floats(0.001, 2000), "sunni_share": SHARE,
}  # fmt: skip


@st.composite
def overrides(draw):
    """A valid set of overrides of `synthetic_plane`: figures, parameters, switches, efforts."""
    base = load_scenario("synthetic_plane")
    values = {"weeks": 10}
    for name in draw(st.sets(st.sampled_from(sorted(PARAMETERS)), max_size=25)):
        values[name] = draw(PARAMETERS[name])
    for name in draw(st.sets(st.sampled_from(sorted(DECLARED.switches)), max_size=8)):
        values[f"mechanisms.{name}"] = False
    for name in draw(st.sets(st.sampled_from(sorted(DECLARED.rivals)))):
        values[f"rivals.{name}"] = True
    for prefix, figures in (
        ("core", CORE),
        (f"governments.{next(iter(base.governments))}", GOVERNMENT),
        *((f"groups.{name}", GROUP) for name in base.groups),
    ):
        for key in draw(st.sets(st.sampled_from(sorted(figures)), max_size=6)):
            values[f"{prefix}.{key}"] = draw(figures[key])
    shares = draw(st.lists(st.floats(0, 1 / len(LEVERS)), min_size=len(LEVERS), max_size=len(LEVERS)))
    effort = {lever: 0.999 * share for lever, share in zip(LEVERS, shares, strict=True)}
    values["policy.phases"] = {"drawn": {"start": 0, "effort": effort}}
    values["policy.strike_targeting"] = draw(st.sampled_from(["fighters", "leaders"]))
    values["policy.targeting"] = draw(st.sampled_from(["brokers", "hubs", "nearest", "random"]))
    return values


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(overrides(), st.integers(0, 2**31))
def test_any_valid_scenario_runs_ten_weeks_within_its_ranges(values, seed):
    simulation = Simulation(load_scenario("synthetic_plane", policy="no_intervention", overrides=values), seed)
    result = simulation.run()
    state = simulation.state
    for name, declared in fields().items():
        numbers = np.asarray(getattr(state, name), dtype=float)
        assert np.isfinite(numbers).all(), name
        assert numbers.min(initial=declared.low) >= declared.low - 1e-9, name
        assert numbers.max(initial=declared.high) <= declared.high + 1e-9, name
    assert state.people.sum() + state.hosted.sum() == state.theatre.people.sum()
    assert np.isfinite(result.rows).all()
