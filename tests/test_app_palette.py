"""Colours of the page: one meaning has one colour, and those that must be told apart can be by people who see fewer."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import experiments
from experiments.app.map_view import script
from experiments.report import palette

EXPERIMENTS = Path(experiments.__file__).parent

# What is left of a colour, in linear RGB, without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1).
FEWER = {
    "all": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


@pytest.fixture(scope="module")
def themes(browser):
    page = browser.new_page()
    page.add_script_tag(content=script("palette.js"))
    found = page.evaluate("THEMES")
    page.close()
    return found


def linear(colour):
    if isinstance(colour, str):
        colour = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    share = np.array(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colour, sight="all"):
    xyz = TO_XYZ @ np.clip(FEWER[sight] @ linear(colour), 0, 1) / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def apart(one, two, sight="all"):
    """How far two colours are apart (CIE 1976)."""
    return float(np.linalg.norm(lab(one, sight) - lab(two, sight)))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_each_meaning_has_a_colour_of_its_own(themes, name):
    theme = themes[name]
    meanings = {each: theme[each] for each in ("less", "more", "strike", "flow", "state")}
    meanings |= {f"kind {at}": colour for at, colour in enumerate(theme["kinds"])}
    meanings |= {f"{what} {at}": colour for what in ("worlds", "verdicts") for at, colour in enumerate(theme[what])}
    near = {
        (one, two): round(apart(meanings[one], meanings[two]))
        for one, two in itertools.combinations(meanings, 2)
        if apart(meanings[one], meanings[two]) < 20
    }
    assert near == {}


def test_pictures_made_in_python_have_the_colours_of_the_page(themes):
    light = themes["light"]
    kinds = (palette.CORE, palette.INDEPENDENT, palette.PROVINCE, palette.RIVAL)
    assert (*kinds, *palette.WORLDS, palette.BETTER, palette.WORSE, palette.STATE) == (
        *light["kinds"], *light["worlds"], *light["verdicts"], light["state"],
    )  # fmt: skip


def test_blue_and_orange_are_named_in_the_two_palettes_and_nowhere_else():
    files = [each for end in ("py", "css", "js", "html") for each in EXPERIMENTS.rglob(f"*.{end}")]
    assert len(files) > 100
    taken = re.compile(f"{palette.RIVAL}|{palette.PROVINCE}", re.IGNORECASE)
    found = {each.name for each in files if taken.search(each.read_text(encoding="utf-8"))}
    assert found == {"palette.py", "palette.js"}
    others = {value for name, value in vars(palette).items() if name.isupper() and isinstance(value, str)}
    for each in {*others, *palette.POLICIES} - {palette.RIVAL, palette.PROVINCE}:
        assert min(apart(each, palette.RIVAL), apart(each, palette.PROVINCE)) > 20, each


@pytest.mark.parametrize("sight", FEWER)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_less_and_more_and_the_two_worlds_are_told_apart_by_everybody(themes, name, sight):
    theme = themes[name]
    assert apart(theme["less"], theme["more"], sight) > 40
    assert apart(*theme["verdicts"], sight) > 20
    for way in ("less", "more"):
        assert apart(theme[way], theme["land"], sight) > 40
    assert apart(*theme["worlds"], sight) > 15
    steps = [lab(colour, sight)[0] for colour in theme["ramp"]]
    assert min(abs(np.diff(steps))) > 10  # a ramp of lightness alone
    assert len(set(np.sign(np.diff(steps)))) == 1
