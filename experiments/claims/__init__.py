"""The argument as a ledger of experiments: claims, the runs that test them, and what may be concluded."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.claims.ledger import load_ledger
    from experiments.claims.plan import Extent
    from experiments.claims.run import judge_claims

__all__ = ["Extent", "judge_claims", "load_ledger"]

__getattr__ = exported(__name__, {"Extent": "plan", "judge_claims": "run", "load_ledger": "ledger"})
