"""Rules of judgement, fixed before any run: smallest relevant effects, numbers of seeds, and what counts as by construction.

What a smallest relevant effect is, comparisons share: `experiments/measures/smallest.py`.
They stand in the ledger's head, `[rules]`; changes of a claim after its results were seen stand there as `[[log]]`.
"""

from datetime import date
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from experiments.measures.smallest import Smallest
from model.scenario.schema import Table

Kind = Literal["instead", "on top", "total cut", "by fiat", "mechanism", "within runs"]
KINDS: dict[str, str] = {
    "instead": "effort moves from one use to another, at equal cost",
    "on top": "effort is added to what is done already",
    "total cut": "what is cut is cut wholly, whatever that costs",
    "by fiat": "a state of the world is set by decree; nobody pays for it",
    "mechanism": "a mechanism or a rival finding is switched",
    "within runs": "no arms are compared: a relation within the runs as they are",
}


class Seeds(Table):
    """How many seeds: a claim is looked at after each number of `looks` until every outcome is precise or settled.

    The 5% of false decisions is shared among the looks in proportion to their seeds, so that p / share is a p-value
    whenever one stops: P(any of them below u) <= sum of u share = u.
    """

    looks: list[int] = Field(min_length=1)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.looks[0] < 2 or any(later <= earlier for earlier, later in pairwise(self.looks)):
            raise ValueError("`looks` are numbers of seeds, 2 or more, each larger than the one before")
        return self

    def share(self, seeds: int) -> float:
        """The part of the 5% that a look at so many seeds has; 1 where it is no look of the schedule."""
        return seeds / sum(self.looks) if seeds in self.looks else 1.0

    def after(self, seeds: int) -> int | None:
        """The number of seeds of the next look, None after the last."""
        return next((each for each in self.looks if each > seeds), None)


class Construction(Table):
    """When a verdict is marked as by construction: its sign holds in all of so many draws, see `construction.py`."""

    draws: int = Field(default=20, ge=1)
    reason: str = ""


class Rules(Table):
    """The rules of judgement of a ledger. Without any, no effect is too small and seeds are each claim's own."""

    smallest: dict[str, Smallest] = Field(
        default_factory=dict, description="by unit, or by kind: logarithm, rank correlation"
    )
    seeds: Seeds | None = None
    construction: Construction = Construction()

    def over(self, other: "Rules") -> "Rules":
        """These rules, and those of another ledger where these say nothing."""
        construction = self.construction if "construction" in self.model_fields_set else other.construction
        return Rules(
            smallest=other.smallest | self.smallest, seeds=self.seeds or other.seeds, construction=construction
        )


class LogEntry(Table):
    """A change of a claim after its results were seen."""

    date: date
    claim: str
    change: str = Field(min_length=1)
    reason: str = Field(min_length=1)
