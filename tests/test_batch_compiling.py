"""The model's loops are compiled once, by all cores, and for exactly the types that runs use."""

import os
import pickle
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from numba.core import codegen

from experiments.batch import compiling, compiling_work
from experiments.batch.compiling import compile_jobs, ensure_compiled
from experiments.batch.compiling_work import LOOP, Dealing, Progress, efforts, shares, work
from experiments.batch.link_only import link_only
from experiments.batch.loop_types import loop_named, loops, trace
from model import Simulation, kernels, load_scenario

ROOT = Path(__file__).parent.parent
RUN_AFTER_LOADING = """
from experiments.batch.compiling import compile_jobs
from experiments.batch.loop_types import loop_named, trace
from model import Simulation, load_scenario

def known():
    return {name: len(loop_named(name).signatures) for name, _ in jobs}

jobs = trace()
compile_jobs(jobs)
before = known()
for scenario, policy in (("levant_2014", "adaptive"), ("synthetic_plane", "sever_links")):
    Simulation(load_scenario(scenario, policy=policy, overrides={"weeks": 80, "resolution": 1.0}), seed=1).run()
print(sum(before.values()), before == known())
"""


def test_runs_use_no_types_but_those_found_by_the_uncompiled_week():
    command = [sys.executable, "-c", RUN_AFTER_LOADING]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert words == [str(len(trace())), "True"]


def test_every_loop_is_dealt_to_exactly_one_process_and_none_is_idle():
    jobs = trace()
    dealt = shares(jobs, 3)
    assert sorted(name for share in dealt for name, _ in share) == sorted(name for name, _ in jobs)
    assert min(len(share) for share in dealt) > 3


def test_the_uncompiled_week_leaves_the_loops_compiled():
    trace()
    assert hasattr(kernels.advance_territory, "py_func")
    scenario = load_scenario("synthetic_plane", overrides={"weeks": 3})
    assert Simulation(scenario, seed=1).run().rows.shape[0] == 4


def test_what_is_compiled_is_not_compiled_again_and_nothing_is_said():
    compile_jobs(trace())
    lines = []
    ensure_compiled(lines.append)
    lines.clear()
    assert ensure_compiled(lines.append) is None
    assert lines == []


FIRST_START = """
from experiments.batch import compiling, compiling_work

jobs = sorted(compiling.trace(), key=lambda job: sum(compiling_work.work([job]).values()))[:12]  # the smallest
compiling.trace, compiling_work.TELL_EVERY = lambda: jobs, 0.2
compiling.ensure_compiled(print)
"""


def test_a_first_start_says_how_far_it_is_and_later_ones_nothing(tmp_path):
    command = [sys.executable, "-u", "-c", FIRST_START]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    first = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.splitlines()
    assert first[0].startswith("Compiling the model's loops, once on this machine")
    told = [re.fullmatch(r"\.\.\. (\d+)% after \d+ s(, about \d+ s left)?", line) for line in first[1:-1]]
    assert all(told)
    shares_done = [int(each[1]) for each in told]
    assert shares_done == sorted(shares_done)
    assert len(set(shares_done)) > 3
    assert any(each[2] for each in told)
    assert re.fullmatch(r"\.\.\. done in \d+ s; later runs start at once\.", first[-1])
    assert subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_on_a_terminal_a_bar_moves_while_loops_are_compiled(tmp_path):
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    script = FIRST_START.replace("ensure_compiled(print)", "ensure_compiled(bar=True)")
    script = script.replace("trace, compiling_work.TELL_EVERY = lambda: jobs, 0.2", "trace = lambda: jobs")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen([sys.executable, "-c", script], stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = ""
        with suppress(OSError):  # the end of a pseudo-terminal
            while found := os.read(ours, 4096):
                shown += found.decode(errors="replace")
        os.close(ours)
    assert process.returncode == 0, shown
    told = [int(each) for each in re.findall(r"\.\.\. (\d+)% after \d+ s", shown)]
    assert told == sorted(told)
    assert len(set(told)) > 3
    assert "\u2501" in shown  # the bar
    assert "\x1b[2K" in shown  # its line is written anew
    assert re.search(r"\.\.\. done in \d+ s; later runs start at once\.", shown)


def test_the_time_left_is_what_the_rest_takes_at_the_pace_so_far():
    progress = Progress({"fight": 60, "cover": 60, "survey": 20, "travel": 60})
    assert progress.words(4) == "... 0% after 4 s"
    progress.done("fight")
    assert progress.words(12) == "... 30% after 12 s, about 30 s left"
    for function in ("survey", "fight", "numba's own"):  # a function that two processes compile is counted once
        progress.done(function)
    assert progress.words(20) == "... 40% after 20 s, about 30 s left"
    progress.done("travel")
    progress.done("cover")
    assert progress.words(40) == "... 100% after 40 s, about 5 s left"


def test_each_loop_that_python_calls_counts_a_constant_beside_its_code():
    jobs = trace()
    code, whole = work(jobs), efforts(jobs)
    called = {name for name, _ in jobs}
    assert whole.keys() == code.keys() > called
    assert {name: whole[name] - code[name] for name in code} == {name: LOOP if name in called else 0 for name in code}


def test_a_process_that_is_through_with_its_share_takes_over_from_the_longest_one(monkeypatch):
    sizes = {"long": 90, "middle": 60, "short": 50, "least": 10}
    monkeypatch.setattr(compiling_work, "work", lambda jobs: {name: sizes[name] for name, _ in jobs})
    dealing = Dealing([(name, ()) for name in sizes], 2)
    assert [[name for name, _ in share] for share in dealing.left] == [["long", "least"], ["middle", "short"]]
    assert [dealing.next_for(0)[0] for _ in range(3)] == ["long", "least", "short"]
    assert dealing.next_for(1)[0] == "middle"
    assert dealing.next_for(0) is None
    assert dealing.next_for(1) is None


def test_what_two_loops_share_is_compiled_by_one_process(monkeypatch):
    sizes = {"first": {"first": 9, "shared": 50}, "second": {"second": 8, "shared": 50}, "third": {"third": 30}}
    monkeypatch.setattr(compiling_work, "work", lambda jobs: {k: v for name, _ in jobs for k, v in sizes[name].items()})
    dealt = shares([(name, ()) for name in ("third", "second", "first")], 2)
    assert [[name for name, _ in share] for share in dealt] == [["first", "second"], ["third"]]


def test_each_function_is_told_where_it_is_compiled_and_where_it_is_on_disk():
    jobs = [job for job in trace() if job[0] == "fight"]
    told = []
    compile_jobs(jobs, told.append)
    assert set(work(jobs)) <= set(told)
    assert len(work(jobs)) > 3


NAME = "from experiments.batch.compiling import _mark; print(_mark().name)"


def mark_of(**settings):
    return subprocess.check_output([sys.executable, "-c", NAME], env=os.environ | settings, text=True)


def test_the_mark_follows_content_and_processor_as_numba_does(tmp_path):
    source = Path(kernels.__file__).with_name("chance.py")
    before, times = mark_of(), source.stat()
    try:
        os.utime(source, (times.st_atime, times.st_mtime + 100))
        touched = mark_of()
    finally:
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert touched == before
    assert mark_of(NUMBA_CPU_NAME="generic") != before
    assert mark_of(NUMBA_OPT="1") != before
    assert mark_of(NUMBA_CACHE_DIR=str(tmp_path)) == before
    assert mark_of(PYTHONOPTIMIZE="2") != before  # without docstrings the bytecode is another one


def test_of_several_first_starts_one_compiles_and_the_others_wait(tmp_path, monkeypatch):
    mark, traced, waits, said = tmp_path / "compiled-one.txt", [], Event(), []

    def slowly():
        traced.append(1)
        assert waits.wait(60)  # until the other one says that it waits
        return []

    def hear(line):
        said.append(line)
        if line.startswith("Another process"):
            waits.set()

    monkeypatch.setattr(compiling, "_mark", lambda: mark)
    monkeypatch.setattr(compiling, "trace", slowly)
    monkeypatch.setattr(compiling, "available_cores", lambda: 1)
    answers = []
    starts = [Thread(target=lambda: answers.append(ensure_compiled(hear))) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert len(traced) == 1
    assert sorted(answer is None for answer in answers) == [False, True]
    assert mark.exists()


HELPED = """
from experiments.batch import compiling

jobs = [job for job in compiling.trace() if job[0] in ("count_brokers", "any_extinct")]
compiling.trace = lambda: jobs
print(compiling.ensure_compiled(print).processes)
for name, types in jobs:
    loop = compiling.loop_named(name)
    loop.compile(types)
    print(name, "loaded" if sum(loop.stats.cache_hits.values()) else "compiled")
"""


def test_what_helping_processes_compile_is_what_this_one_loads_whatever_its_flags_and_wherever_it_stands(tmp_path):
    (tmp_path / "experiments").mkdir()  # a user's folder of that name
    (tmp_path / "experiments" / "__init__.py").touch()
    for n, flags in enumerate((["-P"], ["-P", "-OO"])):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / str(n)), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, *flags, "-c", HELPED]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, env=environment)
        assert sorted(done.stdout.splitlines()[-2:]) == ["any_extinct loaded", "count_brokers loaded"]


@pytest.mark.parametrize("hears", [True, False])
def test_a_helping_process_whose_asker_was_killed_ends_without_a_word(hears):
    (job,) = [job for job in trace() if job[0] == "any_extinct"]
    process = subprocess.Popen(
        compiling._helping(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        pickle.dump({job[0]}, process.stdin)
        process.stdin.flush()
        assert process.stdout.readline().startswith(compiling.READY)
        if not hears:
            process.stdout.close()
            pickle.dump(job, process.stdin)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


LINKED = """
from experiments.batch.compiling import compile_jobs
from experiments.batch.link_only import link_only
from experiments.batch.loop_types import loop_named, loops, trace

jobs = [job for job in trace() if job[0] == "fight"]
with link_only([loop_named("fight")], loops()) as possible:
    assert possible
    compile_jobs(jobs)
"""


def test_of_what_is_linked_only_nothing_is_stored_and_what_is_called_runs_from_the_disk(tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", LINKED], check=True, env=environment)
    assert [path.name.split("-")[0] for path in tmp_path.rglob("*.nbc")] == ["attrition.fight"]


def test_what_numba_was_is_put_back_after_linking_only(monkeypatch):
    fight = loop_named("fight")
    before = codegen.JITCodeLibrary.finalize, fight.targetoptions, kernels.cover.targetoptions
    with link_only([fight], loops()) as possible:
        assert possible
        assert codegen.JITCodeLibrary.finalize is not before[0]
        assert (fight.targetoptions, kernels.cover.targetoptions["no_cpython_wrapper"]) == (before[1], True)
    assert (codegen.JITCodeLibrary.finalize, fight.targetoptions, kernels.cover.targetoptions) == before
    monkeypatch.delattr(codegen.CPUCodeLibrary, "_get_module_for_linking")
    with link_only([fight], loops()) as possible:  # another Numba
        assert not possible
        assert codegen.JITCodeLibrary.finalize is before[0]
