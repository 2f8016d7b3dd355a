"""One call of a sweep: rounds of replicates, until the stopping rule says that they are enough."""

from contextlib import suppress
from typing import Any

import numpy as np

from experiments.batch.engine import Batch, OnProgress
from experiments.batch.errors import StoreError
from experiments.batch.manifest import Manifest
from experiments.batch.reuse import StoredRuns, beside
from experiments.batch.store import Store
from experiments.batch.workers import Engine
from experiments.sweep.plan import Plan
from experiments.sweep.stopping import Precision, next_replicates, outcome_values, precisions
from experiments.sweep.store import done_rows, more_columns, tasks_of


class Rounds:
    """The rows of a plan on their way into an open store. `known`: how precisely the mean of a stopping rule is known."""

    def __init__(
        self, plan: Plan, store: Store, engine: Engine | int, reuse: bool, progress: OnProgress | None
    ) -> None:
        self.plan, self.store = plan, store
        self.replicates = plan.design.replicates
        self.tried = done_rows(store, plan)  # done, or run in this call
        self.known: list[Precision] = []
        stored = StoredRuns(plan.design.head.keep, more_columns(plan.design))
        folders, notes = beside(store.out, store.manifest()) if reuse else ([], [])
        for folder in [*folders, store.out]:
            stored.add_folder(folder)
        self.batch = Batch(store, engine, progress, stored)
        for words in (*notes, *stored.passed_over):
            self.batch.note(words)

    def complete(self, manifest: Manifest) -> None:
        """Run what is wanted; leave whole tables and a summary, also when this is stopped. Raises as `Batch.run` does."""
        try:
            self._run()
        except StoreError:
            raise
        except BaseException:
            with suppress(StoreError):
                self._end(manifest)
            raise
        self._end(manifest)

    def _end(self, manifest: Manifest) -> None:
        self.store.combine()
        earlier = self.store.manifest().get("summary", {})
        self.store.write_manifest(manifest | {"summary": self._summary(earlier)})

    def _run(self) -> None:
        design = self.plan.design
        while True:
            self._round()
            if design.stopping.rule == "precision":
                outcome = str(design.stopping.outcome)
                tables = self.store.columns(("row", outcome))
                self.known = precisions(self.plan, outcome_values(self.plan, tables, outcome, self.replicates))
            more = next_replicates(design, self.replicates, self.known)
            if more == self.replicates:
                return
            self.replicates = more

    def _round(self) -> None:
        """Run the rows of the replicates that are asked for by now."""
        total = self.plan.total(self.replicates)
        numbers = np.flatnonzero(~self.tried[:total])
        tasks = tasks_of(self.plan, map(int, numbers), self.store.layout.others)
        self.batch.run(tasks, len(numbers), total)
        self.tried[:total] = True

    def _summary(self, earlier: dict[str, Any]) -> dict[str, Any]:
        states = [state for table in self.store.columns(("status",)) for state in table["status"].to_pylist()]
        progress = self.batch.progress
        before = earlier.get("made", 0)
        made = before + progress.made
        seconds = before * (earlier.get("seconds_a_run") or 0.0)
        seconds += progress.made * progress.seconds if progress.made else 0.0
        return {
            "runs": len(states), "failed": states.count("failed"), "replicates": self.replicates, "made": made,
            "reused": earlier.get("reused", 0) + progress.reused, "seconds_a_run": seconds / made if made else None,
            "precision": [vars(each) | {"enough": each.enough} for each in self.known],
        }  # fmt: skip
