"""Design files: what they may say, what is made of it, and how mistakes are refused."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments.points.factors import Choices, Factor, Range
from experiments.points.sampling import METHODS
from experiments.sweep.design import shipped_designs
from experiments.sweep.design_file import design_problems, is_design, load_design
from model.scenario import load_scenario
from model.scenario.declarations import declarations
from model.scenario.problems import ScenarioError

FOLDER = Path(__file__).parent / "mistakes"
VALID = (FOLDER / "design.toml").read_text(encoding="utf-8")
MISTAKES = tomllib.loads((FOLDER / "design_mistakes.toml").read_text(encoding="utf-8"))["mistakes"]
SHARES = np.linspace(0.0, 1.0, 21)


def written(folder, text):
    path = folder / "design.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path):
    with pytest.raises(ScenarioError) as caught:
        load_design(path)
    return caught.value.problems


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_refused_with_file_key_what_is_allowed_and_what_is_meant(mistake, tmp_path):
    assert mistake["old"] in VALID
    path = written(tmp_path, VALID.replace(mistake["old"], mistake["new"], 1))
    problems = refusal(path)
    (problem,) = [each for each in problems if each.key == mistake["key"]][:1]
    assert problem.file == str(path)
    assert problem.message.startswith(f"{path}")
    assert "\n" not in problem.message
    assert problem.nearest == mistake.get("nearest", problem.nearest)
    for words in (*mistake["says"], *([f"did you mean `{mistake['nearest']}`?"] if "nearest" in mistake else [])):
        assert words in problem.message


def test_the_design_that_the_mistakes_spoil_is_valid():
    design = load_design(FOLDER / "design.toml")
    assert (design.points, design.arms, design.runs) == (4, 2, 16)
    assert len({mistake["name"] for mistake in MISTAKES}) == len(MISTAKES) >= 50


def test_all_mistakes_are_reported_at_once(tmp_path):
    text = VALID.replace("weeks = 6", "weeks = 0").replace('"sobol"', '"sobel"').replace("[settings]", "[setings]")
    text = text.replace("pledging.hazard", "pledging.hasard").replace("maximum = 8", "maximum = 1")
    keys = {problem.key for problem in refusal(written(tmp_path, text))}
    expected = {"design.weeks", "sampling.method", "setings", "uncertainties.pledging.hasard"}
    assert expected <= keys


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; a design starts with [design]"),
        ("[design", "broken TOML"),
        (b"[design]\ntitle = 'caf\xe9'\n", "line 2 is not UTF-8"),
        ('[scenario]\nname = "x"\n', "is a scenario, not a design"),
        ("[uncertainties]\n", "has no table [design]"),
        ("design = 3\n", "`design` must be a table, got 3"),
    ],
)
def test_a_file_that_is_no_design_is_told(text, words, tmp_path):
    assert any(words in problem.message for problem in refusal(written(tmp_path, text)))


@pytest.mark.parametrize(
    ("name", "words"),
    [("policy_qestion", "did you mean `policy_question`?"), ("nothing.toml", "nor a shipped design; shipped: "),
     ("x" * 5000, "no such file"), (".", "is a directory")],
)  # fmt: skip
def test_a_design_that_is_not_there_is_named_with_the_nearest_shipped_one(name, words):
    (problem,) = refusal(name)
    assert words in problem.message


@pytest.mark.parametrize(
    ("spread", "known"),
    [
        (Range(low=2.0, high=5.0), stats.uniform(2, 3)),
        (Range(distribution="loguniform", low=0.1, high=10.0), stats.loguniform(0.1, 10)),
        (Range(distribution="triangular", low=1.0, mode=2.0, high=5.0), stats.triang(0.25, 1, 4)),
        (Range(distribution="triangular", low=1.0, mode=1.0, high=5.0), stats.triang(0.0, 1, 4)),
        (
            Range(distribution="normal", low=-1.0, high=2.0, mean=0.5, sd=0.7),
            stats.truncnorm(-15 / 7, 15 / 7, 0.5, 0.7),
        ),
    ],
    ids=lambda value: getattr(value, "distribution", ""),
)
def test_a_share_becomes_the_quantile_of_its_distribution(spread, known):
    found = [spread.at(share) for share in SHARES]
    np.testing.assert_allclose(found, known.ppf(SHARES), rtol=1e-9, atol=1e-9)
    assert (found[0], found[-1]) == (spread.low, spread.high)


def test_choices_and_whole_numbers_are_equally_likely():
    choices = Factor("x", "uncertainty", Choices(("a", "b", "c")))
    whole = Factor("y", "uncertainty", Range(low=1.0, high=4.0), whole=True)
    shares = (np.arange(1200) + 0.5) / 1200
    for factor, count in ((choices, 3), (whole, 4)):
        values, counts = np.unique([factor.at(share) for share in shares], return_counts=True)
        assert len(values) == count
        assert len(set(counts)) == 1
    assert all(isinstance(whole.at(share), int) for share in (0.0, 0.5, 1.0))


def test_declared_ranges_are_those_of_the_declarations_and_all_means_all_about_the_world(tmp_path):
    head = VALID[: VALID.index("[settings]")]
    text = (
        head
        + '[uncertainties]\nall = "declared"\nterritory.growth = [0.2, 0.3]\n[sampling]\nmethod = "morris"\npoints = 2\n'
    )
    design = load_design(written(tmp_path, text))
    by_key = {factor.key: factor for factor in design.factors}
    declared = declarations().parameters
    assert by_key["territory.growth"].spread == Choices((0.2, 0.3))
    assert not any(key.startswith("theatre.") for key in by_key)
    assert len(by_key) > 100
    for key, factor in by_key.items():
        family, name = key.split(".")
        if key != "territory.growth":
            assert factor.ends == (declared[family][name].low, declared[family][name].high)
    assert design.points == 2 * (len(by_key) + 1) == len(design.sample())


def test_a_design_is_told_from_other_files_even_with_mistakes_in_it(tmp_path):
    spoilt = written(tmp_path, VALID.replace("weeks = 6", "weeks = 0"))
    assert is_design(spoilt)
    assert [problem.key for problem in design_problems(spoilt)] == ["design.weeks"]
    assert design_problems(FOLDER / "design.toml") == []
    assert not any(is_design(path) for path in (FOLDER / "small.toml", FOLDER, "nowhere.toml"))


def test_nested_and_quoted_keys_are_the_same(tmp_path):
    quoted = VALID.replace("territory.growth =", '"territory.growth" =').replace("core.prestige =", '"core.prestige" =')
    one, other = load_design(FOLDER / "design.toml"), load_design(written(tmp_path, quoted))
    assert one.factors == other.factors


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_points_of_the_unit_cube_always_the_same(method, tmp_path):
    points = "" if method == "full_factorial" else "points = 4"
    text = VALID.replace('"sobol"', f'"{method}"').replace("points = 4", points)
    design = load_design(written(tmp_path, text.replace("points = 4\n", f"{points}\n")))
    sample = design.sample()
    assert sample.shape == (design.points, len(design.factors))
    assert ((sample >= 0) & (sample <= 1)).all()
    np.testing.assert_array_equal(sample, design.sample())


def test_a_full_factorial_design_has_every_combination_once(tmp_path):
    text = '[design]\ntitle = "T"\nscenarios = ["synthetic_plane"]\npolicies = ["core_only"]\n[uncertainties]\n'
    text += 'territory.growth = { low = 0.2, high = 0.6, levels = 5 }\npledging.hazard = "declared"\n'
    text += "rivals.lost_tips = [false, true]\n"
    design = load_design(written(tmp_path, text))
    values = {tuple(factor.at(share) for factor, share in zip(design.factors, point, strict=True))
              for point in design.sample()}  # fmt: skip
    assert len(values) == design.points == 5 * 3 * 2
    growth = sorted({value[0] for value in values})
    np.testing.assert_allclose(growth, [0.2, 0.3, 0.4, 0.5, 0.6])


def test_a_latin_hypercube_has_a_point_in_every_part_of_every_range(tmp_path):
    text = VALID.replace('"sobol"', '"latin_hypercube"').replace("points = 4", "points = 10")
    sample = load_design(written(tmp_path, text)).sample()
    for column in sample.T:
        assert sorted((column * 10).astype(int)) == list(range(10))


def test_files_that_a_design_names_are_looked_for_beside_it(tmp_path):
    (tmp_path / "mine.toml").write_text('[scenario]\nname = "mine"\nextends = "synthetic_plane"\n')
    text = VALID.replace('"synthetic_plane"', '"synthetic_plane", "mine"')
    design = load_design(written(tmp_path, text))
    assert list(design.scenarios.values()) == ["synthetic_plane", "mine"]
    for path in design.scenarios:
        assert load_scenario(path).name in design.scenarios.values()


@pytest.mark.parametrize("name", sorted(shipped_designs()))
def test_shipped_designs_are_valid_and_say_in_a_comment_what_they_are_for(name):
    design = load_design(name)
    assert design.head.question
    assert shipped_designs()[name].read_text(encoding="utf-8").startswith("# ")
    assert design.runs <= 10_000
