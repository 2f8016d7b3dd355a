"""What compiled loops take of a state beside its fields and parameters."""

from typing import Any

import numpy as np

from model.state.fields import Records


def switch_record(mechanisms: dict[str, bool], rivals: dict[str, bool]) -> Records:
    """Return switches as loops read them, one row: `on.attitudes_fear` of a mechanism, `on.rival_lost_tips` of a finding."""
    named = {name.replace(".", "_"): on for name, on in mechanisms.items()}
    named |= {f"rival_{name}": on for name, on in rivals.items()}
    columns: Any = [(name, np.bool_) for name in sorted(named)]
    record = np.zeros(1, dtype=columns)
    for name, on in named.items():
        record[name] = on
    return record
