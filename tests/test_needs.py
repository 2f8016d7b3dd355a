"""The first command installs what it runs; the tests see to what they need beside it."""

import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import needs

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LACKING = """
[project]
name = "made_up"
[project.optional-dependencies]
far = ["not-there-either>=1"]
[dependency-groups]
small = ["pytest>=8"]
tests = [{ include-group = "small" }, "made_up[far]", "not-there", "packaging>=999"]
"""


def test_what_is_missing_is_found_in_groups_extras_and_versions():
    assert needs.missing(tomllib.loads(LACKING)) == ["not-there-either", "not-there", "packaging"]


def test_nothing_is_missing_where_the_tests_run():
    assert needs.missing(PROJECT) == []
    needs.see_to([])


def test_without_uv_it_is_said_what_to_type(monkeypatch):
    monkeypatch.delenv("UV", raising=False)
    with pytest.raises(pytest.UsageError, match=r"the tests need polars, duckdb: uv sync --group tests"):
        needs.see_to(["polars", "duckdb"])


def test_what_cannot_be_installed_does_not_start_again_for_ever(monkeypatch):
    monkeypatch.setenv("UV", "uv")
    monkeypatch.setenv(needs.AGAIN, "1")
    with pytest.raises(pytest.UsageError, match="the tests need polars"):
        needs.see_to(["polars"])


def test_pytest_starts_again_by_uv_with_the_same_words_and_says_so(tmp_path):
    told = tmp_path / "uv"
    told.write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:])\n", encoding="utf-8")
    told.chmod(0o755)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "needs.py").write_text((ROOT / "tests" / "needs.py").read_text(encoding="utf-8"))
    (tmp_path / "pyproject.toml").write_text(
        f"{LACKING}\n[tool.pytest]\naddopts = ['-p', 'tests.needs', '-n', 'auto']\n"
    )
    command = [sys.executable, "-m", "pytest", "tests/test_x.py", "-k", "a or b", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"UV": str(told)}, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == str(["run", "--group", "tests", "python", "-m", "pytest", *command[3:]])
    assert "Installing what the tests need" in done.stderr


def test_only_what_commands_run_is_installed_first():
    assert PROJECT["tool"]["uv"]["default-groups"] == ["pytest"]
    assert [each.name for each in needs.requirements(PROJECT, "pytest")] == ["pytest"]


def test_ci_runs_the_test_command_of_the_readme():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    typed = [line.split("#")[0].strip() for line in lines if line.startswith("    ")][:2]
    assert typed == ["pip install uv && uv run inkspot compare", "uv run pytest"]
    ci = [shlex.split(line, comments=True) for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
          if line.startswith("uv run")]  # fmt: skip
    assert shlex.split(typed[1]) in ci
    assert [words for words in ci if "pytest" in words] == [["uv", "run", "pytest"]]
