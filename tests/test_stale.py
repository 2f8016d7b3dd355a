"""Loops that were compiled from other code are never used."""

import os
import subprocess
import sys
from pathlib import Path

from model.kernels.stale import STAMP, forget_stale

ROOT = Path(__file__).parent.parent


def test_only_a_change_makes_compiled_files_go(tmp_path):
    sources, compiled = tmp_path / "sources", tmp_path / "sources" / "__pycache__"
    sources.mkdir()
    (sources / "one.py").write_text("A = 1")
    assert forget_stale(sources, compiled)
    (compiled / "one.nbi").write_text("index")
    (compiled / "one.nbc").write_text("code")
    (compiled / "one.pyc").write_text("Python's own")
    (compiled / "compiled-0123.txt").write_text("all is compiled")
    assert not forget_stale(sources, compiled)
    assert (compiled / "one.nbc").exists()
    (sources / "one.py").write_text("A = 2")
    assert forget_stale(sources, compiled)
    assert sorted(path.name for path in compiled.iterdir()) == [STAMP, "one.pyc"]


def test_a_folder_that_cannot_be_made_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert not forget_stale(tmp_path, tmp_path / "file" / "cache")


def test_a_change_in_another_file_changes_the_loop_that_contains_it(tmp_path):
    loops = tmp_path / "loops"
    loops.mkdir()
    (loops / "forms.py").write_text(
        "from model.kernels.compiled import inlined\n@inlined\ndef form(x):\n    return x + 1.0\n"
    )
    (loops / "loop.py").write_text(
        "from loops.forms import form\nfrom model.kernels.compiled import compiled\n"
        "@compiled\ndef loop(x):\n    return form(x)\n"
    )
    (loops / "__init__.py").write_text(
        "from pathlib import Path\nfrom loops.loop import loop\nfrom model.kernels.stale import forget_stale\n"
        "forget_stale(Path(__file__).parent, Path(loop.stats.cache_path))\n"
    )

    def answer():
        environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
        environment |= {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
        code = "from loops import loop; print(loop(1.0), sum(loop.stats.cache_hits.values()))"
        return subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True).split()

    assert [answer(), answer()] == [["2.0", "0"], ["2.0", "1"]]
    (loops / "forms.py").write_text((loops / "forms.py").read_text().replace("+ 1.0", "+ 5.0"))
    assert answer() == ["6.0", "0"]
