"""A few short runs are the same to the bit as those committed, and the digests notice whatever changes.

All pairs at their full length: `uv run python -m tests.digests`.
"""

from dataclasses import replace

import digests
import numpy as np
import pytest

PLANE = digests.short()[-1]


@pytest.fixture(scope="module")
def result():
    return PLANE.run()


def changed(result, **parts):
    """The parts of a result's digest that differ when something in it is replaced."""
    return digests.differing(digests.digests(replace(result, **parts)), digests.digests(result))


def nudged(array, *place):
    """A copy with one number moved to the next that a computer knows."""
    copy = np.array(array)
    copy[place] = np.nextafter(copy[place], np.inf)
    return copy


@pytest.mark.parametrize("pair", digests.short(), ids=lambda pair: pair.name)
def test_a_short_run_is_the_same_to_the_bit(pair):
    """As committed on this machine; elsewhere, where last bits may differ, as the same run made before."""
    held = digests.committed()
    same = held["machine"] == digests.machine()
    expected = held["short"][pair.name] if same else digests.of_pair(pair)
    assert not digests.differing(digests.of_pair(pair), expected)


def test_another_seed_gives_other_digests_of_every_part(result):
    found = digests.of_pair(replace(PLANE, seed=PLANE.seed + 1))
    assert digests.differing(found, digests.digests(result)) == list(digests.PARTS)


def test_the_file_holds_exactly_the_pairs_that_are_chosen():
    """After a new switch, scenario or policy: `uv run python -m tests.digests --renew -k NAME`."""
    held = digests.committed()
    for kind, pairs in (("full", digests.full()), ("short", digests.short())):
        names = [pair.name for pair in pairs]
        assert len(set(names)) == len(names)
        assert set(held[kind]) == set(names)


def test_a_row_that_changes_in_its_last_bit_is_noticed(result):
    assert changed(result, rows=nudged(result.rows, 7, 0)) == ["rows"]
    assert changed(result, rows=nudged(result.rows, -1, 0)) == ["rows", "outcomes"]  # people of the core at the end


def test_an_organisation_a_country_or_a_name_that_changes_is_noticed(result):
    assert changed(result, organisation_rows=nudged(result.organisation_rows, 7, 1, 0)) == ["tables"]
    assert changed(result, country_rows=nudged(result.country_rows, 7, 3, 0)) == ["tables"]
    assert changed(result, organisation_names=("other", *result.organisation_names[1:])) == ["tables"]


def test_control_of_a_cell_that_changes_in_its_last_bit_is_noticed(result):
    assert changed(result, cell_control=nudged(result.cell_control, 0, 5)) == ["control"]


@pytest.mark.parametrize(
    "other",
    [
        {"week": -1}, {"kind": "other"}, {"organisation": "other"}, {"other": "other"}, {"country": "XXX"},
        {"amount": np.nextafter(0.0, 1.0)}, {"cause": "other"}, {"causes": {"other": 1.0}},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_an_event_that_changes_in_any_field_is_noticed(result, other):
    first, *rest = result.event_list
    assert changed(result, event_list=(replace(first, **other), *rest)) == ["events"]


def test_an_event_that_is_missing_or_out_of_order_is_noticed(result):
    first, second, *rest = result.event_list
    assert changed(result, event_list=(second, *rest)) == ["events"]
    assert changed(result, event_list=(second, first, *rest)) == ["events"]


def test_nan_is_one_number_whatever_its_sign(result):
    outside = np.full_like(result.cell_control, np.nan)
    assert not digests.differing(
        digests.digests(replace(result, cell_control=outside)), digests.digests(replace(result, cell_control=-outside))
    )


GUARDED_ELSEWHERE = (
    "without links.retreat",  # the fall in this run is too sudden to prepare for: test_link_channels.py has a slow one
    "without aid.media",  # all that aid does for media passes over the channel: the same as without links.media
)


def test_no_two_pairs_are_the_same_run():
    """A switch that changes nothing guards nothing."""
    held = {name: parts for name, parts in digests.committed()["full"].items() if not name.endswith(GUARDED_ELSEWHERE)}
    first = {tuple(parts.values()): name for name, parts in reversed(held.items())}
    assert not {
        name: first[tuple(parts.values())] for name, parts in held.items() if first[tuple(parts.values())] != name
    }
