"""Metadata of the project: one version everywhere, files of the form that libraries of models read."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))


def test_every_file_has_the_version_of_the_package() -> None:
    (cited,) = re.findall(r"(?m)^version: (\S+)$", CITATION)
    assert cited == CODEMETA["version"] == PROJECT["version"] == version("inkspot")


def test_every_file_has_the_licence_the_name_and_the_description_of_the_package() -> None:
    assert CODEMETA["license"].endswith(PROJECT["license"])
    assert f"license: {PROJECT['license']}" in CITATION
    assert CODEMETA["name"].lower() == PROJECT["name"]
    assert CODEMETA["description"].startswith(PROJECT["description"])
    assert CODEMETA["keywords"] == PROJECT["keywords"]
    assert CODEMETA["programmingLanguage"]["version"] == PROJECT["requires-python"]


@pytest.mark.parametrize(
    "key", ["@context", "@type", "name", "description", "version", "license", "author", "programmingLanguage"]
)
def test_codemeta_has_what_libraries_of_models_ask_for(key: str) -> None:
    assert CODEMETA[key]


def test_what_metadata_names_is_there() -> None:
    for key in ("readme", "softwareHelp"):
        assert (ROOT / CODEMETA[key]).is_file()
    named = {re.split(r"[<>=\[]", each)[0] for each in PROJECT["dependencies"]}
    assert set(CODEMETA["softwareRequirements"]) <= named


def test_links_of_the_guide_for_contributors_lead_somewhere() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert len(text.splitlines()) <= 100
