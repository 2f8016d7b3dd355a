"""Sweeps on Dask: real local clusters, whose workers are killed."""

import logging
import os
import signal
import sys

import pytest
from distributed import Client, LocalCluster

from experiments.batch.dask import dask_engine
from experiments.batch.errors import UserError
from experiments.batch.workers import WorkerDied, supervised_chunks
from experiments.sweep.design_file import load_design
from experiments.sweep.run import sweep

DESIGN = """
[design]
title = "On a cluster"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 30
replicates = 4
keep = ["runs", "series", "events"]
[uncertainties]
territory.growth = [0.3, 0.5]
"""


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "clustered.toml"
    path.write_text(DESIGN)
    return load_design(path)


@pytest.fixture(scope="module")
def expected(design, tmp_path_factory):
    """The tables of the design as processes make them."""
    return contents(sweep(design, tmp_path_factory.mktemp("processes") / "out", jobs=2, reuse=False).out)


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
    ) as started:
        yield started


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def test_a_sweep_on_dask_gives_the_same_bytes_as_on_processes_though_a_worker_is_killed(
    design, expected, cluster, tmp_path
):
    with Client(cluster) as client:
        workers = client.run(os.getpid)
    killed = []

    def kill_one(done):
        if done.made == 4 and not killed:
            killed.append(next(iter(workers.values())))
            os.kill(killed[0], signal.SIGKILL)

    results = sweep(design, tmp_path / "out", dask=cluster.scheduler_address, progress=kill_one, reuse=False)
    assert killed
    assert results.summary["failed"] == 0
    assert contents(results.out) == expected
    with Client(cluster) as client:
        client.wait_for_workers(2, timeout=60)  # the nanny has started another one
        assert killed[0] not in client.run(os.getpid).values()


def test_a_task_that_kills_its_worker_is_blamed_and_all_others_are_done():
    harmless, deadly = signal.SIGWINCH, signal.SIGKILL
    tasks = [harmless, harmless, deadly, *[harmless] * 5]
    with dask_engine("local", 2) as engine:
        answers = list(supervised_chunks(signal.raise_signal, tasks, engine, lambda: 2))
    assert sorted(task for task, _ in answers) == sorted(tasks)
    assert [task for task, answer in answers if isinstance(answer, WorkerDied)] == [deadly]


def test_a_cluster_that_does_not_answer_is_told(design, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.batch.dask.CONNECTING", "1s")
    with pytest.raises(UserError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9 .*or use --dask local"):
        sweep(design, tmp_path / "out", dask="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()


def test_where_dask_is_not_installed_it_is_told_how_to_install_it(design, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"pip install 'inkspot\[cluster\]'"):
        sweep(design, tmp_path / "out", dask="local")
