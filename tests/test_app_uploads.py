"""An uploaded scenario may name shipped files only, and a link no file at all."""

import pytest

from experiments.app.exports import scenario_toml
from experiments.app.links import read_link
from experiments.app.session import Session
from experiments.app.uploads import MOST_UPLOAD
from model.scenario import ScenarioError, load_scenario

FIRST = '[scenario]\ntitle = "mine"\n'


@pytest.fixture(scope="module")
def session():
    return Session.opened("scenario=synthetic_plane")


@pytest.mark.parametrize("key", ["extends", "policy"])
@pytest.mark.parametrize(
    "name", ["{secret}", "../../../../{secret}", "./secret", "secret.toml", "uploaded", "file://{secret}", ""]
)
@pytest.mark.parametrize("form", ['"{}"', '["synthetic_plane", "{}"]'])
def test_no_file_of_the_server_is_read_for_an_uploaded_one(session, tmp_path, key, name, form):
    secret = tmp_path / "secret.toml"
    secret.write_text(f'[{"scenario" if key == "extends" else "policy"}]\ntitle = "TOP SECRET"\n')
    before = session.setting
    written = form.format(name.format(secret=secret))
    assert not session.upload("mine.toml", f"{FIRST}{key} = {written}\n".encode())
    assert session.setting == before
    assert "TOP SECRET" not in session.error
    if key == "extends" or form.startswith('"'):  # a list of policies is refused as no name
        assert session.error.startswith("mine.toml: an uploaded file may name shipped files only")


def test_an_existing_file_is_refused_in_the_same_words_as_one_that_is_not_there(session):
    def refusal(path):
        session.upload("mine.toml", f'{FIRST}extends = "{path}"\n'.encode())
        return session.error.replace(path, "")

    assert refusal("/etc/passwd") == refusal("/etc/passed")


def test_all_names_are_refused_at_once_with_the_nearest_shipped_one(session):
    session.upload("mine.toml", f'{FIRST}extends = ["levant_2015", "/x"]\npolicy = "core_onyl"\n'.encode())
    assert all(each in session.error for each in ("did you mean `levant_2014`", '"/x"', "did you mean `core_only`"))


def test_shipped_names_are_taken(session):
    content = f'{FIRST}extends = ["synthetic_plane"]\npolicy = "core_only"\n'.encode()
    assert session.upload("mine.toml", content), session.error
    assert session.pair.first.scenario.title == "mine"
    own = Session.opened("scenario=synthetic_plane")
    assert own.upload("downloaded.toml", scenario_toml(own.pair.first).encode()), own.error


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"= 1", b"[scenario", b"scenario = 1", b"[[scenario]]", b"a=" + b"[" * 9999]
)
def test_what_is_no_scenario_is_refused_by_the_name_that_the_visitor_knows(session, content):
    assert not session.upload("mine.toml", content)
    assert "mine.toml" in session.error
    assert "inkspot-" not in session.error


def test_the_limit_is_the_one_that_is_told(session):
    assert not session.upload("mine.toml", b"#" * (MOST_UPLOAD + 1))
    assert f"at most {MOST_UPLOAD:,}" in session.error


@pytest.mark.parametrize(
    "key", ["extends", "policy", "scenario.extends", "scenario.policy", "policy.extends", "theatre"]
)
def test_a_link_names_no_file(tmp_path, key):
    secret = tmp_path / "secret.toml"
    secret.write_text("[scenario]\ntitle = 'TOP SECRET'\n[policy]\ntitle = 'TOP SECRET'\n")
    setting, _ = read_link(f"scenario=synthetic_plane&set={key}%3D{secret}")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(setting.scenario, overrides=setting.arms[0].overrides)
    assert "TOP SECRET" not in str(refused.value)
