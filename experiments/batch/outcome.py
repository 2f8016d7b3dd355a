"""What came of a run: one type for every kind of batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from experiments.batch.run import Run

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class EndMap:
    """Who controls what when a run ends: control (organisations, rows, columns), nan where no land cell is."""

    control: "npt.NDArray[np.float64]"
    names: tuple[str, ...]
    titles: dict[str, str]


@dataclass(frozen=True)
class RunData:
    """What a store holds of a run.

    `values`: columns of its row of `runs`. `tables`: its rows of other tables by name; columns that say which run it is
    may be missing, the store adds them. `end_map`: the map at the end.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    end_map: EndMap | None = None


@dataclass(frozen=True)
class Outcome[Data]:
    """What came of a run.

    `status`: done; failed, with the error in one line; or killed, where the process that ran it died twice. `data`: what
    was taken of the result, None where the run is not done. `seconds`: of the run, nan where unknown.
    """

    run: Run
    status: Literal["done", "failed", "killed"]
    data: Data | None = None
    error: str = ""
    seconds: float = float("nan")

    @property
    def repeat(self) -> str:
        """The command that repeats the run."""
        return self.run.command
