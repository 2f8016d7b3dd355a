"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Parameters come as arguments. After a change in any file here all loops are compiled anew: see `stale.py`.
"""

from pathlib import Path

from model.kernels.alignment import update_alignment
from model.kernels.attrition import aimed_and_area_losses, collateral, cover, fight, hostility
from model.kernels.chance import poisson_counts
from model.kernels.communication import best_paths, exchange, renew_envoys
from model.kernels.core import direct_provinces
from model.kernels.diaspora import update_diasporas
from model.kernels.displacement import displace
from model.kernels.foreign_fighters import found_cells, open_gates, travel
from model.kernels.ground import advance, group_power, measure, open_borders, state_power
from model.kernels.levers import assign_countries, dose, share_attention, spend, spread_effort, update_threat_and_bases
from model.kernels.losses import extinct, land_terms, lose_land, notice
from model.kernels.networks import follow_spots, label_spots, measure_spots, spots_met
from model.kernels.people import change_minds, flee, locate, sway, tally
from model.kernels.pledging import appraise_membership, draw_decisions, update_discontent
from model.kernels.prestige import update_prestige
from model.kernels.record import write_rows
from model.kernels.resources import balance, send_aid
from model.kernels.stale import forget_stale
from model.kernels.states import govern, legitimise, raise_grievance
from model.kernels.territory import activate, contest, spread, totals
from model.kernels.violence import attack, bloc_attacks, largest_attack

__all__ = [
    "activate", "advance", "aimed_and_area_losses", "appraise_membership", "assign_countries", "attack", "balance",
    "best_paths", "bloc_attacks", "change_minds", "collateral", "contest", "cover", "direct_provinces", "displace",
    "dose", "draw_decisions", "exchange", "extinct", "fight", "flee", "follow_spots", "found_cells", "govern",
    "group_power", "hostility", "label_spots", "land_terms", "largest_attack", "legitimise", "locate", "lose_land",
    "measure", "measure_spots", "notice", "open_borders", "open_gates", "poisson_counts", "raise_grievance",
    "renew_envoys", "send_aid", "share_attention", "spend", "spots_met", "spread", "spread_effort", "state_power",
    "sway", "tally", "totals", "travel", "update_alignment", "update_diasporas", "update_discontent", "update_prestige",
    "update_threat_and_bases", "write_rows",
]  # fmt: skip

if hasattr(advance, "stats"):  # not where compiling is switched off
    forget_stale(Path(__file__).parent, Path(advance.stats.cache_path))
