"""The model as users of Mesa drive it: seeds, batch_run, run_model, run_for, collectors, subclasses."""

import warnings

import mesa
import numpy as np
import pytest

from model import Simulation, load_scenario
from model.mechanisms import territory, violence
from model.record import OUTCOMES

SMALL = {"scenario": "synthetic_plane", "weeks": 5}


def small(seed=0, of=Simulation, **more):
    return of("synthetic_plane", seed=seed, weeks=5, **more)


def test_a_model_is_built_from_a_name_a_policy_and_overrides_as_from_a_composed_scenario():
    values = {"territory.growth": 0.4}
    named = small(3, policy="sever_links", **values)
    composed = Simulation(load_scenario("synthetic_plane", "sever_links", {"weeks": 5} | values), seed=3)
    assert named.run().outcomes == composed.run().outcomes
    with pytest.raises(TypeError, match="a composed scenario has them already"):
        Simulation(named.config, policy="core_only")


@pytest.mark.parametrize("seed", [np.int64(3), np.float64(3.0), 3.0, np.uint8(3)], ids=lambda seed: type(seed).__name__)
def test_a_seed_of_numpy_is_as_good_as_one_of_python(seed):
    assert type(small(seed).seed) is int
    assert small(seed).run().outcomes == small(3).run().outcomes == small(rng=seed).run().outcomes


def test_seeds_that_are_none_are_refused_in_words_and_none_makes_a_new_one():
    for bad in (-1, 1.5, True, "one"):
        with pytest.raises(ValueError, match="whole number of 0 or more"):
            small(bad)
    with pytest.raises(TypeError, match="not both"):
        small(1, rng=2)
    first, second = small(None), small(None)
    assert first.seed != second.seed
    assert small(first.seed).run().outcomes == first.run().outcomes


def test_run_model_ends_with_the_scenario_and_gives_the_same_as_run():
    one, other = small(), small()
    one.run_model()
    assert (one.week, one.running) == (5, False)
    assert one.result.outcomes == other.run().outcomes


def test_a_step_past_the_end_is_refused_in_words():
    model = small()
    model.run()
    with pytest.raises(ValueError, match=r"the run has ended: .* has 5 weeks; more with `weeks`, as in weeks=10"):
        model.step()
    assert model.result.outcomes == small().run().outcomes


@pytest.mark.parametrize("way", ["run_for", "run_until"])
def test_running_past_the_end_stops_there_and_says_so(way):
    model = small()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(model, way)(3)
        assert (model.week, model.running) == (3, True)
    for _ in range(2):
        with pytest.warns(RuntimeWarning, match="stopped at the end of the run: .* has 5 weeks"):
            getattr(model, way)(99)
    assert (model.week, model.time, model.running) == (5, 5.0, False)
    assert model.result.outcomes == small().run().outcomes


def test_batch_run_gives_a_row_a_run_with_the_outcomes_of_the_run():
    parameters = SMALL | {"policy": ["core_only", "sever_links"], "territory.growth": [0.3, 0.5]}
    rows = mesa.batch_run(Simulation, parameters, rng=range(2), display_progress=False)
    assert len(rows) == 2 * 2 * 2
    for row in rows:
        assert row["Step"] == 5
        model = small(row["seed"], policy=row["policy"], **{"territory.growth": row["territory.growth"]})
        assert model.run().outcomes == {name: row[name] for name in OUTCOMES}


def test_the_collector_holds_each_outcome_as_if_the_run_had_ended_in_each_week():
    model = small()
    model.run_for(3)
    assert len(model.datacollector.get_model_vars_dataframe()) == 4
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(OUTCOMES)
    for week in range(1, 6):
        assert dict(frame.iloc[week]) == Simulation("synthetic_plane", weeks=week).run().outcomes
    assert dict(frame.iloc[-1]) == model.result.outcomes


class Watched(Simulation):
    """A model with a collector of its own, written as Mesa's tutorial does."""

    def __init__(self, scenario="synthetic_plane", seed=0, **overrides):
        super().__init__(scenario, seed, **overrides)
        self.datacollector = mesa.DataCollector({"people": lambda model: model.core.people_held}, {"name": "name"})
        self.datacollector.collect(self)

    def step(self):
        super().step()
        self.datacollector.collect(self)
        if self.week == 3:
            self.running = False


def test_a_subclass_collects_by_itself_and_may_end_early():
    rows = mesa.batch_run(Watched, {"weeks": 5}, rng=[1], data_collection_period=1, display_progress=False)
    assert sorted({row["Step"] for row in rows}) == [0, 1, 2, 3]
    assert {"core"} < {row["name"] for row in rows}
    model = small(of=Watched)
    assert len(model.run().series) == 4
    assert len(model.datacollector.get_model_vars_dataframe()) == 4


def peaceful(state):
    """Nobody attacks."""


def generous(state):
    state.treasury[0] = 1e9


class Peaceful(Simulation):
    instead = {violence.attack: peaceful}  # noqa: RUF012  # as users write it, without an annotation
    also = (generous,)


def test_a_subclass_puts_a_mechanism_in_place_of_another_and_adds_one():
    usual, other = small().run(), small(of=Peaceful).run()
    assert usual.series["attacks_state"].sum() > 0 == other.series["attacks_state"].sum()
    assert set(other.series["treasury_core"].iloc[1:]) == {1e9}


def test_a_mechanism_put_in_its_own_place_changes_no_bit():
    class Same(Simulation):
        instead = {territory.spread: lambda state: territory.spread(state)}  # noqa: RUF012  # as above

    assert np.array_equal(small().run().rows, small(of=Same).run().rows)


def test_what_is_printed_of_a_result_fits_on_a_screen():
    result = small(7, policy="sever_links").run()
    assert repr(result) == "Result(synthetic_plane, sever_links, seed 7, 5 weeks)"
    assert (
        str(result.scenario)
        == repr(result.scenario)
        == "Scenario(synthetic_plane, sever_links, 5 weeks from 2014-08-04)"
    )
