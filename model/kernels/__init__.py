"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Parameters come as arguments, never as constants of another module, since Numba's cache would not notice a change there.
"""

from model.kernels.attrition import (
    aimed_and_area_losses,
    collateral,
    cover,
    estimate_accuracy,
    fight_rivals,
    hostility,
    lose_soldiers,
    wear_down,
)
from model.kernels.chance import poisson_counts
from model.kernels.diasporas import radicalise
from model.kernels.levers import attend, dose, dose_countries, sever, spread_effort, strike, weigh_countries
from model.kernels.links import deliver, follow, intercept, measure_links, renew_envoys
from model.kernels.losses import land_terms
from model.kernels.networks import best_paths, label_spots, measure_spots, spots_met
from model.kernels.people import flee, grieve, locate, sway, tally
from model.kernels.pledging import appraise, decide_on_pledging, dissatisfy
from model.kernels.record import describe_countries, describe_organisations, sum_up
from model.kernels.resources import earn, pay, recruit, send_aid
from model.kernels.states import assist, legitimise, perceive, raise_grievance
from model.kernels.territory import (
    activate,
    contest,
    foothold,
    group_power,
    open_borders,
    spread,
    state_power,
    tidy,
    totals,
)
from model.kernels.travel import arrive, found_cells, go_home, open_gates, settle
from model.kernels.violence import (
    attack_rates,
    bloc_attacks,
    count_deaths,
    draw_attacks,
    largest_attack,
    locate_attacks,
    stop_abroad,
    take_revenge,
)

__all__ = [
    "activate", "aimed_and_area_losses", "appraise", "arrive", "assist", "attack_rates", "attend", "best_paths",
    "bloc_attacks", "collateral", "contest", "count_deaths", "cover", "decide_on_pledging", "deliver",
    "describe_countries", "describe_organisations", "dissatisfy", "dose", "dose_countries", "draw_attacks", "earn",
    "estimate_accuracy", "fight_rivals", "flee", "follow", "foothold", "found_cells", "go_home", "grieve",
    "group_power", "hostility", "intercept", "label_spots", "land_terms", "largest_attack", "legitimise", "locate",
    "locate_attacks", "lose_soldiers", "measure_links", "measure_spots", "open_borders", "open_gates", "pay",
    "perceive", "poisson_counts", "radicalise", "raise_grievance", "recruit", "renew_envoys", "send_aid", "settle",
    "sever", "spots_met", "spread", "spread_effort", "state_power", "stop_abroad", "strike", "sum_up", "sway",
    "take_revenge", "tally", "tidy", "totals", "wear_down", "weigh_countries",
]  # fmt: skip
