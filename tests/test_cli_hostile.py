"""Hostile places: no home that can be written to, settings without sense, quotas of containers, odd names of folders."""

import errno
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from experiments.batch import surroundings
from experiments.batch.cores import available_cores, quota
from experiments.batch.errors import UserError
from experiments.batch.surroundings import put_right, temporary_cache
from experiments.batch.whole_files import written_whole
from experiments.cli.main import app
from experiments.cli.plain_errors import check_words, plain_errors
from experiments.cli.screen import console
from experiments.points.ensemble import load_ensemble, write_ensemble
from experiments.sweep.results import Results

ROOT = Path(__file__).parent.parent
RUN = ("run", "synthetic_plane", "--weeks", "2")


@pytest.mark.parametrize(
    ("files", "group", "cores"),
    [
        ({"cpu.max": "max 100000"}, "0::/", math.inf),
        ({"cpu.max": "150000 100000"}, "0::/", 1.5),
        ({"cpu.max": "400000 100000", "a/cpu.max": "max 100000", "a/b/cpu.max": "50000 100000"}, "0::/a/b", 0.5),
        ({"cpu.max": "max 100000", "a/cpu.max": "200000 100000", "a/b/cpu.max": "max 100000"}, "0::/a/b", 2.0),
        (
            {"cpu,cpuacct/d/cpu.cfs_quota_us": "300000", "cpu,cpuacct/d/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/d",
            3.0,
        ),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, "4:cpu:/\n3:memory:/x", math.inf),
        ({"cpu.max": "nonsense"}, "0::/", math.inf),
        ({}, "what is this", math.inf),
    ],
)
def test_the_quota_of_a_container_is_read_from_its_control_groups(files, group, cores, tmp_path):
    (tmp_path / "cgroup").write_text(group)
    for name, text in files.items():
        path = tmp_path / "controls" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert quota(tmp_path / "cgroup", tmp_path / "controls") == cores
    assert quota(tmp_path / "none", tmp_path / "none") == math.inf


def test_a_quota_bounds_the_number_of_processes_and_one_is_always_left(monkeypatch):
    for allowed, cores in ((0.3, 1), (math.nextafter(1, 2), min(2, available_cores()))):
        monkeypatch.setattr("experiments.batch.cores.quota", lambda allowed=allowed: allowed)
        assert available_cores() == cores


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Neither package nor home can be written to, not even by root: a file stands where folders would be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(surroundings, "KERNELS", tmp_path / "file" / "kernels")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    monkeypatch.setenv("NUMBA_NUM_THREADS", "0")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_compiled_loops_fall_back_to_a_temporary_folder_of_ones_own_which_is_said_once(nowhere, monkeypatch):
    told = []
    put_right(told.append)
    place = Path(os.environ["NUMBA_CACHE_DIR"])
    assert place.parent == nowhere
    assert [str(place) in words for words in told] == [True]
    assert (os.environ["MPLBACKEND"], os.environ["NUMBA_NUM_THREADS"]) == ("agg", "1")
    (place / "loop.nbi").write_text("compiled")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    put_right(told.append)
    assert (Path(os.environ["NUMBA_CACHE_DIR"]), len(told)) == (place, 1)
    place.chmod(0o777)  # others could put code there
    assert temporary_cache() != place


def test_a_folder_for_loops_that_cannot_be_written_to_is_told_and_passed_over(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "loops"))
    told = []
    put_right(told.append)
    assert told == [f"NUMBA_CACHE_DIR is {tmp_path / 'file' / 'loops'}, which cannot be written to: it is passed over."]
    assert "NUMBA_CACHE_DIR" not in os.environ


def test_where_nothing_can_be_written_a_folder_is_asked_for(nowhere, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(nowhere / "file"))
    with pytest.raises(UserError, match=r"no folder can be written to.*name one, as in TMPDIR="):
        put_right(print)


def test_a_temporary_folder_can_be_used_whatever_is_masked(nowhere, monkeypatch):
    before = os.umask(0o777)
    try:
        put_right(lambda words: None)
    finally:
        os.umask(before)
    assert Path(os.environ["NUMBA_CACHE_DIR"]).stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line(tmp_path):
    command = [sys.executable, "-m", "experiments.cli.main"]
    for words, code in ((["--help"], 1), (["check", "synthetic_plane"], 2)):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*command, *words], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1)
        assert "No space left on device" in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_batch_of_two_processes_ends_also_where_input_output_or_errors_are_closed(closed, tmp_path):
    words = "sweep s.toml --jobs 2 --out out"
    (tmp_path / "s.toml").write_text(
        "[design]\ntitle = 't'\nscenarios = ['synthetic_plane']\npolicies = ['core_only']\nweeks = 2\nreplicates = 4\n"
    )
    command = f"exec {sys.executable} -m experiments.cli.main {words} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0
    assert len(Results(tmp_path / "out").runs()) == 4


@pytest.mark.parametrize("name", ["a:b", "s3:mine", "file:x", "a%sb", "[red]", "-x", "a\nb"])
def test_a_folder_whose_name_could_be_an_address_or_a_form_is_a_folder(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (
        "[design]\ntitle = 't'\nscenarios = ['synthetic_plane']\npolicies = ['core_only']\nweeks = 2\nreplicates = 2\n"
    )
    (tmp_path / "s.toml").write_text(text)
    for words in (["sweep", "s.toml", "--jobs", "1", "--out", name], ["results", "--", name]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    load_ensemble(write_ensemble(load_ensemble(), Path(name) / "ensemble.parquet"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["s.toml", name])


def test_settings_that_make_no_sense_stop_no_run(tmp_path):
    hostile = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "nonsense", "NUMBA_NUM_THREADS": "0", "HOME": "/dev/null"}
    command = [sys.executable, "-m", "experiments.cli.main", *RUN, "--out", str(tmp_path / "out")]
    done = subprocess.run(command, env=os.environ | hostile, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "out" / "map.png").exists()


def test_a_folder_in_the_home_is_in_the_home_and_an_empty_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*RUN, "--out", "~/mine"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "home" / "mine" / "series.csv").exists()
    assert not (tmp_path / "~").exists()
    for text in ("", "  ", "~nobody_of_that_name/x"):
        refused = CliRunner().invoke(app, [*RUN, "--out", text])
        assert refused.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


@pytest.mark.parametrize(
    ("prepare", "name", "words"),
    [
        (lambda folder: (folder / "link").symlink_to("nowhere"), "link", "link is a link that leads nowhere"),
        (lambda folder: (folder / "link").symlink_to("nowhere"), "link/mine", "link is a link that leads nowhere"),
        (lambda folder: (folder / "link").symlink_to("link"), "link", "link is a link that leads nowhere"),
        (lambda folder: (folder / "file").touch(), "file/mine", "Not a directory"),
        (lambda folder: os.mkfifo(folder / "pipe"), "pipe", "pipe is a file"),
        (lambda folder: None, "x" * 300, "File name too long"),
        (lambda folder: None, "/dev/full", "is a file"),
        (lambda folder: None, "/proc/mine", "No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_made_is_told_with_a_remedy_and_nothing_is_left(
    prepare, name, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    compare = ("compare", "synthetic_plane", "--policies", "core_only", "--seeds", "1", "--weeks", "2", "--jobs", "1")
    done = CliRunner().invoke(app, [*compare, "--out", name])
    assert done.exit_code == 2
    assert words in done.output
    assert "choose another --out" in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_an_error_of_the_disk_names_the_file_also_where_the_system_does_not(tmp_path):
    def full(path, unfinished):
        assert unfinished.read_text() == "half"
        raise OSError(errno.ENOSPC, "No space left on device")

    writing = written_whole(tmp_path / "mine.json", full)
    writing.__enter__().write_text("half")
    with pytest.raises(OSError, match=r"No space left.*mine\.json") as told:
        writing.__exit__(None, None, None)
    assert told.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_a_word_of_the_command_line_that_is_not_utf8_is_refused_before_anything_is_done(capsys):
    check_words(["--out", "Ergebnisse für 2014 ١"])
    with pytest.raises(SystemExit) as ended:
        check_words(["--out", os.fsdecode(b"results/\xff\xfe")])
    assert ended.value.code == 2
    assert r"results/\xff\xfe is not UTF-8: rename it" in capsys.readouterr().err


def test_control_characters_of_titles_are_shown_and_not_obeyed(capsys):
    console().print("A \x1b[31mred\x1b[0m title\x07 in two\nlines")
    assert capsys.readouterr().out == "A �[31mred�[0m title� in two\nlines\n"


@pytest.mark.parametrize("words", [["check"], ["run", "--out", "out"]])
def test_control_characters_of_files_and_names_are_not_obeyed_where_mistakes_are_told(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(
        '[scenario]\nextends = "synthetic_plane"\n["a\\u001b]0;title\\u0007\\u202eb"]\n'
    )
    done = CliRunner().invoke(app, [words[0], "mine.toml", *words[1:]], color=True)
    assert "[a�]0;title��b]" in done.output
    done = CliRunner().invoke(app, [words[0], "no\x1b[31m.toml"], color=True)
    assert "\x1b" not in done.output


def test_a_limit_of_open_files_is_named_with_its_remedy(tmp_path):
    command = f"ulimit -n 5; exec {sys.executable} -m experiments.cli.main {' '.join(RUN)} --out {tmp_path / 'out'}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "Too many open files: allow more open files (ulimit -n)" in done.stderr


def test_a_name_that_the_locale_cannot_read_is_told_with_the_setting_that_reads_it(tmp_path):
    told_otherwise = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for settings, code in ((told_otherwise, 2), ({"LC_ALL": "C"}, 0), ({"LC_ALL": "POSIX"}, 0)):
        (tmp_path / "Öl.toml").write_text('[scenario]\nextends = "synthetic_plane"\n')
        command = [sys.executable, "-m", "experiments.cli.main", "check", "Öl.toml"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (done.returncode, b"LC_ALL=C.UTF-8, or PYTHONUTF8=1" in done.stderr) == (code, code == 2), done.stderr


def test_who_stands_in_a_folder_that_was_deleted_is_told_so(tmp_path):
    words = f"mkdir gone; cd gone; rmdir ../gone; exec {sys.executable} -m experiments.cli.main"
    for command, code in (("check synthetic_plane", 2), ("--help", 0)):
        done = subprocess.run(["sh", "-c", f"{words} {command}"], cwd=tmp_path, capture_output=True, text=True,
                              env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)  # fmt: skip
        assert (done.returncode, "the folder where you are was deleted" in done.stderr) == (code, code == 2), (
            done.stderr
        )


@pytest.mark.parametrize("error", [ImportError("libblas.so: failed to map segment from shared object"),
                                   OSError("Could not find/load shared object file 'libllvmlite.so'")])  # fmt: skip
def test_a_library_that_finds_no_memory_is_told_with_a_remedy(error, capsys):
    with pytest.raises(typer.Exit) as ended, plain_errors():
        raise error
    assert ended.value.exit_code == 2
    assert "a library cannot be loaded: allow more memory (ulimit -v)" in capsys.readouterr().err
