"""The week as a numbered list of phases, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from model.agents.ally import Ally, choose
from model.agents.core import Core
from model.agents.government import Government
from model.agents.hub import Hub
from model.agents.local_group import LocalGroup, found
from model.agents.partner import Partner
from model.kernels.compiled import ACTS, IDLE
from model.mechanisms import (
    alignment,
    attitudes,
    attrition,
    communication,
    diaspora,
    displacement,
    foreign_fighters,
    governance,
    holdings,
    ink_spots,
    levers,
    links,
    loyalty,
    operations,
    pledging,
    policy,
    prestige,
    resources,
    stances,
    territory,
    timeline,
    viability,
    violence,
)  # fmt: skip
from model.mechanisms.pledging import Decision
from model.mesa_ways import MesaWays, seed_of
from model.record import Record, Result
from model.scenario import load_scenario
from model.scenario.schema import Scenario
from model.state import CORE, State
from model.state.start import start_state
from model.theatre import load_theatre
from model.why import events as why_log
from model.why import towns

type Mechanism = Callable[[State], Any]


class Simulation(MesaWays):
    """One run of a scenario. `step` advances it by a week; `run` to the end.

    The scenario: as composed, or a shipped name or path with `policy` and overrides, which may be given as keywords
    (`weeks=52, **{"territory.growth": 0.4}`). The seed is also called `rng`; None takes a new one, which `seed` tells.

    The week: 1 timeline and policy phases, 2 allies decide, 3 governments decide, 4 communication, 5 core decides,
    6 groups decide, 7 foreign fighters, 8 violence, 9 attrition and rivalry, 10 territory and governance, 11 attitudes,
    12 displacement and diaspora, 13 prestige, 14 record.
    """

    core_class: type[Core] = Core  # a subclass of `Simulation` may name classes of its own, which decide by other rules
    local_group_class: type[LocalGroup] = LocalGroup
    government_class: type[Government] = Government
    partner_class: type[Partner] = Partner
    ally_class: type[Ally] = Ally
    hub_class: type[Hub] = Hub
    instead: ClassVar[Mapping[Mechanism, Mechanism]] = {}  # mechanisms of `step` -> what a subclass does in their place
    also: ClassVar[Sequence[Mechanism]] = ()  # mechanisms that a subclass adds at the end of phase 13

    def __init__(
        self,
        scenario: Scenario | str = "levant_2014",
        seed: int | None = 0,
        rng: int | None = None,
        policy: str | None = None,
        **overrides: Any,
    ) -> None:
        self.seed = seed = seed_of(seed, rng)
        super().__init__(rng=seed)
        if not isinstance(scenario, Scenario):
            scenario = load_scenario(scenario, policy, overrides)
        elif policy is not None or overrides:
            raise TypeError("policy and overrides go with a scenario's name; a composed scenario has them already")
        self.config = scenario
        self.state = start_state(scenario, load_theatre(scenario), seed)
        self.timeline = timeline.schedule(scenario)
        self.core = self.core_class(self)
        self.groups = [self.local_group_class(self, row) for row in range(1, len(self.state.names))]
        self.governments = [self.government_class(self, k) for k in range(len(self.state.countries))]
        self.hubs = [self.hub_class(self, row) for row in range(len(self.state.hubs))]
        armies = enumerate(scenario.partners, start=len(self.governments))
        self.partners = [self.partner_class(self, row) for row, _ in armies]
        self.allies = [self.ally_class(self, row) for row in range(len(self.state.allies))]
        territory.begin(self.state)
        holdings.measure(self.state)
        stances.begin(self.state)
        viability.measure(self.state)
        displacement.begin(self.state)
        self.state.people_before = float(self.state.people_held[CORE])
        ink_spots.label(self.state, territory.flow(self.state))
        towns.begin(self.state)
        self.record = Record(self.state)
        self.registered = b""  # `present` as Mesa's sets know it
        self.keep_agents()

    @property
    def week(self) -> int:
        """Weeks simulated so far."""
        return self.state.week

    @property
    def date(self) -> date:
        """First day of the current week."""
        return self.config.start + timedelta(weeks=self.state.week)

    def step(self) -> None:
        """Simulate one week. Raises ValueError where the scenario has no week left."""
        self.check_week_left()
        state, branch, do = self.state, self.config.branch, self.do
        if branch is not None and state.week == branch.start:
            self.turn(self.config.later)
        timeline.apply_events(state, self.timeline)  # 1
        self.allies_decide()  # 2
        self.governments_decide()  # 3
        do(communication.exchange)  # 4
        do(alignment.update)
        do(loyalty.drift_away)
        do(links.carry)
        self.core.decide()  # 5
        self.groups_decide()  # 6
        arrived = do(foreign_fighters.travel)  # 7
        do(violence.attack)  # 8
        do(violence.provoke)
        do(attrition.fight)  # 9
        do(stances.give_up)
        do(territory.spread)  # 10
        do(operations.lose)
        do(holdings.measure)
        do(stances.remember)
        do(viability.measure)
        do(resources.balance)
        do(attitudes.update)  # 11
        do(attitudes.update_legitimacy)
        do(displacement.move)  # 12
        do(diaspora.update)
        do(prestige.update)  # 13
        for mechanism in self.also:
            mechanism(state)
        ended = attrition.remove_extinct(state)  # 14
        merged = ink_spots.label(state, territory.flow(state))
        why_log.write(state, ended, merged)
        state.week += 1
        self.record.write(state, arrived)
        self.keep_agents()
        self.running = self.running and state.week < self.config.weeks

    def do(self, mechanism: Mechanism) -> Any:
        """Apply a mechanism to the state, or what a subclass names in its place."""
        return self.instead.get(mechanism, mechanism)(self.state)

    def turn(self, scenario: Scenario) -> None:
        """Go on from this week under the policy, parameters and switches of another scenario: same past, same luck."""
        policy.turn(self.state, scenario)

    def allies_decide(self) -> None:
        """Phase 2: allies whose time has come bring their effort, and choose once in a while; by phases it becomes doses."""
        for ally in self.allies:
            if ally.first_week == self.state.week:
                ally.decide()
        if "allied.choice" in self.state.on and self.state.week % round(self.state.parameters.allied.turn_weeks) == 0:
            fighting = [ally for ally in self.allies if ally.fighting]
            choices = choose(fighting)  # all before any is carried out: their order does not count
            for ally, choice in zip(fighting, choices, strict=True):
                ally.carry_out(choice)
        policy.start_phases(self.state)
        levers.spend(self.state, policy.efforts(self.state))

    def governments_decide(self) -> None:
        """Phase 3: governments perceive, get help, mobilise; those that threat drives to it join the coalition."""
        for country in governance.govern(self.state).nonzero()[0]:
            self.governments[country].join()
        if operations.turn(self.state):
            self.armies_decide()

    def armies_decide(self) -> None:
        """Phase 3, once in `turn_weeks`: armies and partners look; those with something to decide do; all are sent."""
        operations.measure(self.state)
        seen = operations.look(self.state)
        turns = seen.turns.tolist()
        for army in (*self.governments, *self.partners):
            turn = turns[army.row]
            if turn == IDLE:
                continue
            if turn == ACTS or army.has_own_rules:
                army.command(seen)
            else:
                army.wait()
        operations.send(self.state)

    def groups_decide(self) -> None:
        """Phase 6: groups appraise belonging to the core; those with something to decide do; factions and cells form."""
        state = self.state
        for due, changes in stances.turn(state).items():
            group = self.groups[due - 1]
            if changes or group.has_own_rules:
                group.take_turn()
        for hub in self.hubs:
            hub.take_turn()
        decisions = pledging.draw_decisions(state)
        for row in decisions.nonzero()[0]:
            child = self.groups[row - 1].decide(Decision(decisions[row]))
            if child is not None:
                self.groups.append(child)
        for row in links.quarrels(state).nonzero()[0]:
            child = self.groups[row - 1].quarrel()
            if child is not None:
                self.groups.append(child)
        founders = foreign_fighters.founders(state)
        for country in founders.nonzero()[0]:
            cell = found(self, int(country), float(founders[country]))
            if cell is not None:
                self.groups.append(cell)

    def keep_agents(self) -> None:
        """Mesa's sets hold the organisations that are present: those that have ended leave, those that appear join."""
        present = self.state.present.tobytes()
        if present != self.registered:
            self.registered = present
            for agent in (self.core, *self.groups):
                agent.keep_registered(bool(agent.present))

    def run(self, progress: Callable[[int], None] | None = None) -> Result:
        """Simulate the weeks that are left and return the result; `progress` is called after each week.

        A subclass ends a run early by `self.running = False`.
        """
        while self.running:
            self.step()
            if progress is not None:
                progress(self.state.week)
        return self.result
