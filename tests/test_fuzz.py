"""A sample of the files and command lines of `tests/fuzz.py`, changed at random, and all that was found before."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fuzz

TEXTS = fuzz.seeds()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("fuzz")
    for name, content in TEXTS.items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture(scope="module")
def stored(folder):
    return fuzz.results(folder)


def tried(place, whole, luck, attempt):
    """What goes wrong with a file that is changed at random; it is whole again after."""
    place.write_bytes(fuzz.changed(whole, luck))
    try:
        return fuzz.wrong(attempt)
    finally:
        place.write_bytes(whole)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(TEXTS)), luck=st.randoms(use_true_random=False))
def test_a_changed_text_file_is_refused_in_words_or_read(folder, name, luck):
    assert tried(folder / name, TEXTS[name], luck, lambda: fuzz.read_text(folder / name)) == ""


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(luck=st.randoms(use_true_random=False))
def test_a_changed_file_of_results_is_refused_in_words_or_read(folder, stored, luck):
    name, attempt = luck.choice(stored)
    assert tried(folder / name, (folder / name).read_bytes(), luck, attempt) == ""


def test_command_lines_at_random_are_refused_in_words_or_accepted(folder):
    with fuzz.no_runs():
        assert list(fuzz.lines(15, 1, folder)) == []


def test_what_was_found_before_is_mended(folder, stored):
    kinds = dict(stored)
    for found in sorted(fuzz.FOUND.glob("*")):
        name = found.name.partition("_")[2]
        if name == "line.json":
            with fuzz.no_runs():
                words = json.loads(found.read_text(encoding="utf-8"))
                assert fuzz.wrong(lambda words=words: fuzz.given(words, folder)) == "", words
        elif name in TEXTS:
            (folder / name).write_bytes(found.read_bytes())
            assert fuzz.wrong(lambda name=name: fuzz.read_text(folder / name)) == "", found
            (folder / name).write_bytes(TEXTS[name])
        else:
            (place,) = [each for each in kinds if each.replace("/", "_") == name]
            whole = (folder / place).read_bytes()
            (folder / place).write_bytes(found.read_bytes())
            assert fuzz.wrong(kinds[place]) == "", found
            (folder / place).write_bytes(whole)


def test_a_traceback_hunger_and_a_problem_of_two_lines_are_findings():
    def hungry():
        return bytearray(2 * fuzz.BYTES)

    assert "ZeroDivisionError" in fuzz.wrong(lambda: 1 / 0)
    assert "more than 1 GB" in fuzz.wrong(hungry)
    assert fuzz.wrong(lambda: None) == ""


def test_a_seed_changes_files_in_the_same_way():
    assert fuzz.changed(b"a = 1\nb = 2\n", random.Random(3)) == fuzz.changed(b"a = 1\nb = 2\n", random.Random(3))
