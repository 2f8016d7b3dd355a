"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Parameters come as arguments. After a change in any file here all loops are compiled anew: see `stale.py`.
"""

from pathlib import Path

from model.kernels.attrition import aimed_and_area_losses, collateral, cover, fight, hostility
from model.kernels.chance import poisson_counts
from model.kernels.diasporas import radicalise
from model.kernels.ground import advance, group_power, measure, open_borders, state_power
from model.kernels.levers import attend, divide, dose, spend, spread_effort, watch
from model.kernels.links import exchange, follow, lead, renew_envoys
from model.kernels.losses import extinct, land_terms, lose_land, notice
from model.kernels.networks import best_paths, follow_spots, label_spots, measure_spots, spots_met
from model.kernels.people import change_minds, flee, locate, sway, tally
from model.kernels.pledging import appraise, consider, dissatisfy
from model.kernels.prestige import stand
from model.kernels.record import write_rows
from model.kernels.resources import balance, send_aid
from model.kernels.stale import forget_stale
from model.kernels.states import govern, legitimise, raise_grievance
from model.kernels.territory import activate, contest, spread, totals
from model.kernels.travel import displace, found_cells, open_gates, travel
from model.kernels.violence import attack, bloc_attacks, largest_attack

__all__ = [
    "activate", "advance", "aimed_and_area_losses", "appraise", "attack", "attend", "balance", "best_paths",
    "bloc_attacks", "change_minds", "collateral", "consider", "contest", "cover", "displace", "dissatisfy", "divide",
    "dose", "exchange", "extinct", "fight", "flee", "follow", "follow_spots", "found_cells", "govern", "group_power",
    "hostility", "label_spots", "land_terms", "largest_attack", "lead", "legitimise", "locate", "lose_land", "measure",
    "measure_spots", "notice", "open_borders", "open_gates", "poisson_counts", "radicalise", "raise_grievance",
    "renew_envoys", "send_aid", "spend", "spots_met", "spread", "spread_effort", "stand", "state_power", "sway",
    "tally", "totals", "travel", "watch", "write_rows",
]  # fmt: skip

if hasattr(advance, "stats"):  # not where compiling is switched off
    forget_stale(Path(__file__).parent, Path(advance.stats.cache_path))
