"""The ODD document: tables as declared, and nothing of the model left out."""

import re
from pathlib import Path

import pytest

import model
from model import odd
from model.record import OUTCOMES
from model.scenario.declarations import declarations
from model.scenario.problems import nearest
from model.state.arrays import fields

MODEL = Path(model.__file__).parent
TEXT, GUIDE = (path.read_text(encoding="utf-8") for path in (odd.DOCUMENT, odd.GUIDE))
PROSE = odd.MARKED.sub("", TEXT)
ELEMENTS = ("Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
            "Design concepts", "Initialisation", "Input data", "Submodels")  # fmt: skip
CONCEPTS = ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation")  # fmt: skip
DECIDED = [path.relative_to(MODEL).as_posix() for folder in ("mechanisms", "agents")
           for path in sorted((MODEL / folder).glob("[a-z]*.py"))]  # fmt: skip


def element(number):
    """The text between the heading of an element and the next."""
    start = TEXT.index(f"\n## {number}. {ELEMENTS[number - 1]}\n")
    return TEXT[start:].split("\n## ")[1]


@pytest.mark.parametrize("text", [TEXT, GUIDE], ids=["ODD.md", "README.md"])
def test_the_tables_are_those_of_the_code(text):
    stale = odd.changes(text, odd.rewrite(text))
    assert not stale, f"python -m model.odd renews {', '.join(stale)}"


def test_every_table_has_one_place_in_the_document():
    assert sorted(odd.marked(TEXT) + odd.marked(GUIDE)) == sorted(odd.tables())


def test_an_unknown_table_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="did you mean `outcomes`"):
        odd.rewrite("<!-- table: outcome -->\n<!-- end -->")


def test_a_changed_declaration_makes_the_document_stale():
    changed = TEXT.replace("| `growth` | 0.45 |", "| `growth` | 0.46 |")
    assert odd.changes(changed, odd.rewrite(changed)) == ["parameters.territory"]


def test_the_seven_elements_stand_in_order():
    headings = re.findall(r"^## (\d)\. (.+)$", TEXT, re.MULTILINE)
    assert [(int(number), words) for number, words in headings] == list(enumerate(ELEMENTS, start=1))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_design_concept_is_described(concept):
    assert f"**{concept}.**" in element(4)


@pytest.mark.parametrize("file", DECIDED)
def test_a_mechanism_or_agent_has_a_section_among_the_submodels(file):
    headings = [line for line in element(7).splitlines() if line.startswith("### ")]
    assert any(f"`{file}`" in heading for heading in headings)


@pytest.mark.parametrize("switch", [*declarations().mechanisms, *(f"rivals.{name}" for name in declarations().rivals)])
def test_a_switch_is_mentioned_where_its_submodel_is_described(switch):
    """Beside its row in the table: switches of a whole mechanism and of its parts stand in the text."""
    parent = switch.partition(".")[0]
    named = f"`{switch}`" in PROSE or f"`{switch.removeprefix('rivals.')}`" in PROSE
    assert named, f"`{switch}` is in no text; the switches of `{parent}` belong to its section"


def test_the_docstring_of_the_simulation_lists_fourteen_phases():
    assert list(odd.phases()) == list(range(1, 15))


@pytest.mark.parametrize(("number", "words"), odd.phases().items())
def test_a_phase_of_the_week_is_described(number, words):
    assert f"\n{number}. **{words}**" in element(3)


def test_the_calls_of_a_week_are_named_in_the_order_of_the_code():
    schedule = element(3)
    assert all(f"`{call}`" in schedule for call in odd.calls())
    places = [schedule.index(f"`{call}`") for call in odd.calls()]
    assert places == sorted(places)


def test_every_claim_and_rival_finding_has_its_place_in_the_text():
    ranges = re.findall(r"C(\d\d) to C(\d\d)", PROSE[PROSE.index("## 4.") :])
    named = {int(number) for number in re.findall(r"\bC(\d\d)\b", PROSE[PROSE.index("## 1.") :])}
    named |= {number for low, high in ranges for number in range(int(low), int(high) + 1)}
    assert named >= set(range(1, 56))
    assert {int(number) for number in re.findall(r"\bR(\d)\b", PROSE)} >= set(range(1, 9))


def test_the_claims_that_the_parameters_file_names_are_in_the_document():
    declared = {claim for each in declarations().mechanisms.values() for claim in each.claims}
    assert declared <= set(re.findall(r"\b[CR]\d+\b", TEXT))


def test_every_declared_name_is_in_a_table():
    parameters = [name for family in declarations().parameters.values() for name in family]
    for name in (*fields(), *OUTCOMES, *declarations().levers, *parameters):
        assert f"| `{name}` |" in TEXT, name


def test_words_in_code_type_are_names_of_the_model():
    """`territory.growth`, `pledging.contagion`, `levers.spend`, `core.py`: a renamed thing must not live on in the text."""
    declared = declarations()
    known = {f"{family}.{name}" for family, names in declared.parameters.items() for name in names}
    known |= {*declared.mechanisms, *(f"rivals.{name}" for name in declared.rivals), *odd.calls()}
    functions = {f"{path.stem}.{name}" for path in MODEL.rglob("*.py")
                 for name in re.findall(r"^def ([a-z]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE)}  # fmt: skip
    for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", PROSE):
        in_files = name.endswith(".py") and any(MODEL.rglob(name))
        assert in_files or name in known | functions, f"{name}: nearest is {nearest(name, known)}"


def test_formulas_are_written_as_github_shows_them():
    """Displays in fences, and no backslash before a sign within a line: Markdown would eat it."""
    fenced = re.findall(r"```math\n(.+?)\n```", TEXT, re.DOTALL)
    assert len(fenced) > 20
    assert "$$" not in TEXT
    for formula in fenced:
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") - formula.count(r"\leftarrow") == formula.count(r"\right")
    for formula in re.findall(r"\$([^$\n]+)\$", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)):
        assert not re.search(r"\\[^a-zA-Z]", formula), formula
