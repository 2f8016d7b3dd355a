"""A claim in the ledger: its statement, its experiment, its outcomes and their expected signs."""

from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from experiments.claims.rules import Kind, LogEntry, Rules
from experiments.measures.language import Measure, Measured
from experiments.measures.smallest import Smallest
from model.scenario.schema import Table

Expected = Literal["lower", "higher", "equal", "interior_maximum", "trade_off"]
Overrides = dict[str, Any]
TREATMENT, CONTROL = "treatment", "control"
ACROSS_ARMS = ("interior_maximum", "trade_off")


class Outcome(Table):
    """One outcome of a claim's experiment, and the sign that the essay expects."""

    measure: Measured
    expected: Expected
    name: str = ""
    contrast: dict[str, float] | None = Field(None, description="arm -> weight; default treatment less control")
    against: float = Field(0.0, allow_inf_nan=False, description="what a statistic of one arm is compared with")
    margin: float | None = Field(None, ge=0, allow_inf_nan=False, description="largest difference that counts as none")
    arms: list[str] | None = Field(None, description="arms in order, for interior_maximum and trade_off")
    second: Measured | None = Field(None, description="the other measure of a trade-off")
    across: Literal["seeds", "draws"] = "seeds"
    smallest: Smallest | None = Field(None, description="smallest relevant effect, where it is not that of the ledger")
    arms_kind: Kind | Literal[""] = Field(
        "", description="what distinguishes its arms, where the claim's others differ"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.expected == "equal" and self.margin is None:
            raise ValueError('`expected = "equal"` needs `margin`, the largest difference that counts as none')
        if self.expected != "equal" and self.margin is not None:
            raise ValueError('`margin` goes with `expected = "equal"` only')
        if self.expected in ACROSS_ARMS:
            least = 3
            if self.arms is None or len(set(self.arms)) < least or len(set(self.arms)) < len(self.arms):
                raise ValueError(
                    f'`expected = "{self.expected}"` needs `arms`, {least} or more different ones in order'
                )
            if self.contrast is not None:
                raise ValueError("`contrast` and `arms` exclude each other")
        elif self.arms is not None:
            raise ValueError("`arms` in an outcome goes with interior_maximum and trade_off only: use `contrast`")
        if (self.expected == "trade_off") != (self.second is not None):
            raise ValueError('`second` and `expected = "trade_off"` need each other')
        return self

    @property
    def title(self) -> str:
        """Its name, or what its measure says."""
        return self.name or self.measure.label

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that every run needs."""
        return (self.measure,) if self.second is None else (self.measure, self.second)

    @property
    def unit(self) -> str:
        """The unit of the statistic."""
        return "rank correlation" if self.expected == "trade_off" else self.measure.unit

    @property
    def scale(self) -> str:
        """By what the ledger's rules know its smallest relevant effect: its unit, or logarithm, or rank correlation."""
        if self.expected == "trade_off" or '"correlation"' in self.measure.text:
            return "rank correlation"
        return "logarithm" if '"log"' in self.measure.text else self.measure.unit


class Claim(Table):
    """A claim and its experiment."""

    id: str
    file: str
    title: str = Field(min_length=1)
    statement: str = Field(min_length=1)
    find_by: str = ""
    section: str = ""
    source: str = ""
    switch: str = Field("", description="of a rival finding: the switch that makes it so")
    mechanisms: list[str] = Field([])
    scenario: str = "levant_2014"
    policy: str | None = None
    weeks: int = Field(ge=1, le=2600)
    seeds: int = Field(12, ge=2, le=10_000)
    settings: Overrides = Field({})
    treatment: Overrides | None = None
    control: Overrides | None = None
    arms: dict[str, Overrides] = Field({})
    rivals: list[str] = Field([])
    why: str = ""
    arms_kind: Kind | Literal[""] = Field("", description="what distinguishes the arms")
    channels: list[str] = Field([], description="of a rival finding: channels of links that it says are worth nothing")
    by_construction: str = Field("", description="why the model's form leaves no other outcome")
    rules: Rules = Field(Rules(), exclude=True, description="of its ledger")
    log: list[LogEntry] = Field([], exclude=True, description="changes after its results were seen")
    outcomes: list[Outcome] = Field(min_length=1)

    @cached_property
    def all_arms(self) -> dict[str, Overrides]:
        """Every arm with its own overrides; where the ledger names none, the runs as they are: the treatment."""
        pair = {TREATMENT: self.treatment, CONTROL: self.control}
        written = {name: arm for name, arm in pair.items() if arm is not None} | self.arms
        return written or {TREATMENT: {}}

    def weights(self, outcome: Outcome) -> dict[str, float]:
        """The contrast of an outcome: as written, else treatment less control, else the treatment by itself."""
        if outcome.arms is not None:
            return dict.fromkeys(outcome.arms, 1.0)
        if outcome.contrast is not None:
            return outcome.contrast
        if CONTROL in self.all_arms:
            return {TREATMENT: 1.0, CONTROL: -1.0}
        return {TREATMENT: 1.0}

    def smallest(self, outcome: Outcome) -> Smallest | None:
        """The smallest relevant effect of an outcome: its own, else that of the ledger, else none."""
        return outcome.smallest or self.rules.smallest.get(outcome.scale)

    def kind(self, outcome: Outcome) -> str:
        """What distinguishes the arms of an outcome."""
        return outcome.arms_kind or self.arms_kind

    @property
    def kinds(self) -> list[str]:
        """What distinguishes its arms, each kind once, in the order of the outcomes."""
        return [kind for kind in dict.fromkeys(map(self.kind, self.outcomes)) if kind]

    @property
    def used_arms(self) -> list[str]:
        """The arms that outcomes need, in the ledger's order."""
        used = {name for outcome in self.outcomes for name in self.weights(outcome)}
        return [name for name in self.all_arms if name in used]
