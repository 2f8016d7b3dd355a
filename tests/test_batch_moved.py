"""A folder, its lock or its parts deleted, moved or replaced while a batch writes there: told, and never "0 failed"."""

import shutil

import pytest

from experiments.batch import store as stores
from experiments.batch.errors import StoreError
from experiments.batch.lock import locked
from experiments.compare.comparison import compare
from experiments.compare.planning import plan

RUNS = 8


@pytest.fixture
def batch(tmp_path, monkeypatch):
    """Run a batch of eight runs of which each becomes a part at once, with something done after the third."""
    monkeypatch.setattr(stores, "SECONDS_A_PART", 0.0)
    out = tmp_path / "out"

    def run(act=lambda out: None):
        def after(progress):
            if progress.made == 3:
                act(out)

        return compare(plan("synthetic_plane", ["core_only", "sever_links"], RUNS // 2, {"weeks": 3}), out,
                       progress=after, command=("inkspot", "compare", "--fresh"))  # fmt: skip

    run.out = out
    return run


def test_a_folder_that_is_deleted_ends_the_batch_and_is_not_made_anew(batch):
    words = r"out was deleted, moved or replaced .* all runs must be made again. Resume with: inkspot compare$"
    with pytest.raises(StoreError, match=words):
        batch(shutil.rmtree)
    assert not batch.out.exists()


def test_a_folder_that_is_moved_ends_the_batch_which_says_where_it_is_and_what_it_holds(batch, tmp_path):
    words = f"it is {tmp_path / 'elsewhere'} now. 3 of 8 runs are stored there and whole: move it back"
    with pytest.raises(StoreError, match=words):
        batch(lambda out: out.rename(tmp_path / "elsewhere"))
    assert not batch.out.exists()
    (tmp_path / "elsewhere").rename(batch.out)
    assert list(batch().runs["status"]) == ["done"] * RUNS


def test_a_folder_that_is_replaced_is_not_written_into(batch):
    def replace(out):
        shutil.rmtree(out)
        out.mkdir()
        (out / "mine.txt").write_text("mine")

    with pytest.raises(StoreError, match="out was deleted, moved or replaced by somebody else"):
        batch(replace)
    assert [path.name for path in batch.out.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("how", ["deleted", "moved", "one of them deleted"])
def test_parts_that_are_gone_end_the_batch_and_their_runs_are_made_again(how, batch, tmp_path):
    def act(out):
        if how == "moved":
            (out / "parts").rename(tmp_path / "elsewhere")
        else:
            shutil.rmtree(out / "parts" if how == "deleted" else min((out / "parts").iterdir()))

    gone, kept = (1, 3) if how == "one of them deleted" else (3, 1)
    words = (
        f"{gone} of 4 parts in .* were deleted or moved by somebody else.*; {kept} of 8 runs are stored there and whole"
    )
    with pytest.raises(StoreError, match=words):
        batch(act)
    again = batch()
    assert list(again.runs["status"]) == ["done"] * RUNS
    assert (again.series.groupby("run_hash").size() == 4).all()


def test_a_lock_that_is_deleted_ends_the_batch_since_another_may_write_there_too(batch):
    with pytest.raises(
        StoreError, match=r"\.lock was deleted.*so that a second batch may write there too; 3 of 8 runs"
    ):
        batch(lambda out: (out / ".lock").unlink())
    with locked(batch.out):
        pass


def test_a_batch_that_is_stopped_after_its_parts_were_deleted_says_so_and_not_that_all_is_well(batch):
    def act(out):
        shutil.rmtree(out / "parts")
        raise KeyboardInterrupt

    with pytest.raises(StoreError, match=r"^stopped; 3 of 3 parts in .* were deleted or moved"):
        batch(act)
