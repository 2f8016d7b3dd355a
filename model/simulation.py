"""The week as a numbered list of phases, and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta

import mesa
import numpy as np

from model import chronicle, kernels
from model.agents.ally import Ally, attend
from model.agents.core import Core
from model.agents.government import DECIDES_EVERY, Government
from model.agents.local_group import LocalGroup, found
from model.mechanisms import (
    alignment,
    attitudes,
    attrition,
    communication,
    diaspora,
    displacement,
    foreign_fighters,
    governance,
    levers,
    pledging,
    prestige,
    resources,
    territory,
    timeline,
    violence,
)  # fmt: skip
from model.mechanisms.pledging import Decision
from model.record import Record, Result
from model.schema import LEVERS, Scenario
from model.start import start_state
from model.theatre import load_theatre


class Simulation(mesa.Model):
    """One run of a scenario. `step` advances it by a week; `run` to the end.

    The week: 1 timeline and policy phases, 2 allies decide, 3 governments decide, 4 communication, 5 core decides,
    6 groups decide, 7 foreign fighters, 8 violence, 9 attrition and rivalry, 10 territory and governance, 11 attitudes,
    12 displacement and diaspora, 13 prestige, 14 record.
    """

    def __init__(self, scenario: Scenario, seed: int = 0) -> None:
        super().__init__(rng=seed)
        self.config = scenario
        self.seed = seed
        self.state = start_state(scenario, load_theatre(scenario), seed)
        self.timeline = timeline.schedule(scenario)
        self.plan = levers.plan(scenario)
        self.core = Core(self)
        self.groups = [LocalGroup(self, row) for row in range(1, len(self.state.names))]
        self.governments = [Government(self, k) for k in range(len(self.state.countries))]
        self.allies = [Ally(self, row) for row in range(len(self.state.allies))]
        territory.begin(self.state)
        self.record = Record(self.state)

    @property
    def week(self) -> int:
        """Weeks simulated so far."""
        return self.state.week

    @property
    def date(self) -> date:
        """First day of the current week."""
        return self.config.start + timedelta(weeks=self.state.week)

    def step(self) -> None:
        """Simulate one week."""
        state = self.state
        timeline.happen(state, self.timeline)  # 1
        self.allies_decide()  # 2
        self.governments_decide()  # 3
        communication.exchange(state)  # 4
        alignment.follow(state)
        self.core.decide()  # 5
        self.groups_decide()  # 6
        arrived = foreign_fighters.travel(state)  # 7
        violence.attack(state)  # 8
        violence.provoke(state)
        attrition.estimate_accuracy(state)  # 9
        attrition.wear_down(state)
        attrition.rivalry(state)
        territory.spread(state)  # 10
        resources.earn(state)
        resources.pay(state)
        resources.recruit(state)
        attitudes.update(state, attrition.collateral(state))  # 11
        attitudes.legitimise(state)
        displacement.move(state)  # 12
        diaspora.radicalise(state)
        prestige.update(state)  # 13
        chronicle.write(state, attrition.bury(state))  # 14
        state.week += 1
        self.record.write(state, arrived)

    def allies_decide(self) -> None:
        """Phase 2: the policy's shares of this week, the allies' efforts and their attention become doses.

        Outside powers and the coalition's members strike the core on their own account, beside the policy's effort.
        """
        state = self.state
        shares = self.plan[min(state.week, len(self.plan) - 1)]
        efforts = np.array([ally.effort() for ally in self.allies])
        basing = kernels.dose(shares[LEVERS.index("basing")] * efforts.sum(), state.parameters.half_effort.basing)
        _, abroad, _, _ = kernels.bloc_attacks(state.organisation_records)
        for ally in self.allies:
            ally.decide(abroad, basing)
        if shares[LEVERS.index("strike_provinces")] > 0:
            attend(state)
        own_account = sum(ally.pressure() for ally in self.allies)
        own_account += state.parameters.allied.member_effort * np.count_nonzero(state.coalition)
        levers.spend(state, shares, efforts, float(own_account))

    def governments_decide(self) -> None:
        """Phase 3: a quarter of the governments have their monthly decision; those at peace have nothing to decide."""
        state = self.state
        governance.perceive(state)
        governance.assist(state)
        draws = state.draws("coalition", len(state.countries))
        for k in range(state.week % DECIDES_EVERY, len(state.countries), DECIDES_EVERY):
            if state.unrest[k] > 0.01 or state.threat[k] > 0.01 or state.mobilisation[k] > state.calm_mobilisation:
                self.governments[k].decide(float(draws[k]))

    def groups_decide(self) -> None:
        """Phase 6: groups appraise belonging to the core; those with something to decide do; factions and cells form."""
        state = self.state
        pledging.appraise(state)
        pledging.dissatisfy(state)
        decisions = pledging.decisions(state)
        for row in np.flatnonzero(decisions):
            child = self.groups[row - 1].decide(Decision(decisions[row]))
            if child is not None:
                self.groups.append(child)
        founders = foreign_fighters.founders(state)
        for country in np.flatnonzero(founders):
            cell = found(self, int(country), float(founders[country]))
            if cell is not None:
                self.groups.append(cell)

    def run(self, progress: Callable[[int], None] | None = None) -> Result:
        """Simulate the weeks that are left and return the result; `progress` is called after each week."""
        while self.state.week < self.config.weeks:
            self.step()
            if progress is not None:
                progress(self.state.week)
        return self.record.result(self.state, self.seed)
