"""The parameters of a scenario as attributes; what they mean is declared in `scenarios/parameters.toml`."""

from typing import Any

import numpy as np

from model.state.fields import Records, interned


class Family:
    """The parameters of one family as attributes; `record` holds the same numbers for compiled loops."""

    record: Records  # one row

    def __init__(self, values: dict[str, float]) -> None:
        columns: Any = [(name, np.float64) for name in sorted(values)]
        self.__dict__["record"] = np.zeros(1, dtype=interned(np.dtype(columns)))
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: float) -> None:
        self.__dict__[name] = value
        self.record[name] = value

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update(kept, record=kept["record"].view(interned(kept["record"].dtype)))

    def __getattr__(self, name: str) -> float:
        raise AttributeError(f"no parameter `{name}` in this family: declare it in scenarios/parameters.toml")


class Parameters:
    """The parameters of a scenario, a family an attribute: `parameters.territory.growth`."""

    def __init__(self, families: dict[str, dict[str, float]]) -> None:
        self.__dict__.update({name: Family(values) for name, values in families.items()})

    def __getattr__(self, name: str) -> Family:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"no parameter family `{name}`: declare it in scenarios/parameters.toml")
