"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Parameters come as arguments. After a change in any file here all loops are compiled anew: see `stale.py`.
"""

from pathlib import Path

from model.kernels.active_cells import activate, lay_out, sum_control
from model.kernels.alignment import update_alignment
from model.kernels.ally import learn, strength_of_provinces, weigh_countries
from model.kernels.attitudes import raise_grievance, update_attitudes, update_legitimacy, update_support_and_fear
from model.kernels.attrition import aimed_and_area_losses, any_extinct, collateral, cover, fight, hostility
from model.kernels.chance import poisson_counts
from model.kernels.communication import best_paths, count_brokers, exchange, renew_envoys
from model.kernels.core import direct_provinces
from model.kernels.diaspora import update_diasporas
from model.kernels.displacement import displace, flee, flee_from_fronts
from model.kernels.foreign_fighters import found_cells, open_gates, travel
from model.kernels.fronts import advance_fronts
from model.kernels.governance import govern
from model.kernels.holdings import locate, measure_holdings, sum_holdings
from model.kernels.ink_spots import follow_spots, label_spots, measure_spots, spots_met
from model.kernels.levers import (
    assign_countries,
    dose,
    share_attention,
    share_countries,
    spend,
    update_threat_and_bases,
)
from model.kernels.links import carry, draw_quarrels
from model.kernels.operations import lose_soldiers, measure_armies, measure_sectors, press, send_forces, survey
from model.kernels.pledging import appraise_membership, draw_decisions, update_discontent
from model.kernels.prestige import update_prestige
from model.kernels.record import count_dead, write_rows
from model.kernels.resources import balance, send_aid
from model.kernels.stale import forget_stale
from model.kernels.stances import give_up, remember, take_turns
from model.kernels.territory import advance_territory, group_power, open_borders, spread, state_power
from model.kernels.violence import attack, bloc_attacks, largest_attack
from model.kernels.why import find_news, land_terms, look_at_towns, lose_cells, lose_land

__all__ = [
    "activate",
    "advance_fronts",
    "advance_territory",
    "aimed_and_area_losses",
    "any_extinct",
    "appraise_membership",
    "assign_countries",
    "attack",
    "balance",
    "best_paths",
    "bloc_attacks",
    "carry",
    "collateral",
    "count_brokers",
    "count_dead",
    "cover",
    "direct_provinces",
    "displace",
    "dose",
    "draw_decisions",
    "draw_quarrels",
    "exchange",
    "fight",
    "find_news",
    "flee",
    "flee_from_fronts",
    "follow_spots",
    "found_cells",
    "give_up",
    "govern",
    "group_power",
    "hostility",
    "label_spots",
    "land_terms",
    "largest_attack",
    "lay_out",
    "learn",
    "locate",
    "look_at_towns",
    "lose_cells",
    "lose_land",
    "lose_soldiers",
    "measure_armies",
    "measure_holdings",
    "measure_sectors",
    "measure_spots",
    "open_borders",
    "open_gates",
    "poisson_counts",
    "press",
    "raise_grievance",
    "remember",
    "renew_envoys",
    "send_aid",
    "send_forces",
    "share_attention",
    "share_countries",
    "spend",
    "spots_met",
    "spread",
    "state_power",
    "strength_of_provinces",
    "sum_control",
    "sum_holdings",
    "survey",
    "take_turns",
    "travel",
    "update_alignment",
    "update_attitudes",
    "update_diasporas",
    "update_discontent",
    "update_legitimacy",
    "update_prestige",
    "update_support_and_fear",
    "update_threat_and_bases",
    "weigh_countries",
    "write_rows",
]

if hasattr(advance_territory, "stats"):  # not where compiling is switched off
    forget_stale(Path(__file__).parent, Path(advance_territory.stats.cache_path))
