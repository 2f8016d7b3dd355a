"""Which parameters stand behind which mechanism."""

import re

from experiments.claims.assumptions import BEARING, bearing
from model.scenario.declarations import declarations


def test_every_mechanism_has_parameters_and_every_pattern_finds_one():
    assert all(bearing(name) for name in declarations().mechanisms)
    known = {*declarations().mechanisms, *(f"rivals.{name}" for name in declarations().rivals)}
    assert set(BEARING) <= known
    for switch, patterns in BEARING.items():
        keys = list(bearing(switch))
        for pattern in patterns:
            form = re.compile(re.escape(pattern).replace(r"\*", ".*"))
            assert any(form.fullmatch(key) for key in keys), f"{switch}: {pattern}"
