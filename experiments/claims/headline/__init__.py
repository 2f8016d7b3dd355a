"""The headline experiment: in which worlds does cutting the links work, do nothing, or backfire?"""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.claims.headline.experiment import run_headline

__all__ = ["run_headline"]

__getattr__ = exported(__name__, {"run_headline": "experiment"})
