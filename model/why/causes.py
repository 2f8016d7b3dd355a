"""Why something happened: the quantities that entered a decision, as signed shares of their absolute sum.

A share is positive where the quantity spoke for what happened and negative where it spoke against it. The absolute values
add up to at most 1: shares under `LEAST` are left out. What is not known is left out too, never guessed.
"""

from collections.abc import Mapping
from itertools import islice

import numpy as np

from model.mechanisms import pledging
from model.state import CORE, TERMS, State
from model.state.fields import Floats

LEAST = 0.02
SAID = {  # causes in words for readers, by name; the others are said as they are called
    "conviction": "its creed", "aid": "the core's aid", "ambition": "its leaders' ambition",
    "contagion": "pledges of others", "protection": "the core's protection", "rival_hub": "its ties to a rival hub",
    "strikes": "allied strikes", "local_cost": "the price at home", "refusal": "its earlier refusal",
    "threshold": "what belonging must be worth", "silence": "the core's silence", "earlier_months": "the months before",
    "own_strength": "its own strength", "link": "a good link", "lag": "delays that remain",
    "lost_trust": "lost trust in the core", "weak_core": "the core's weakness", "prestige": "the core's prestige",
    "label": "the change of label", "state": "the state's forces", "communities": "communities that defend themselves",
    "resistance": "resistance of the people", "rivals": "rival groups", "own_hold": "its own hold", "spread": "its spread",
    "given_up": "land given up", "timeline": "an event of the scenario", "ground": "ground forces",
    "returned": "travellers who went home", "sent_away": "fighters sent as aid", "deserted": "desertion",
    "attacks": "attacks there", "land_lost": "land lost to the core's side", "momentum": "its momentum",
    "losses": "its losses", "money": "its money", "land": "its land", "own_line": "its own line",
    "core_line": "the core's line", "diaspora": "supporters abroad",
    "unsanctioned_attacks": "attacks against the core's wishes",
    "severing": "the cutting of links", "people_held": "people held there", "only_refuge": "no other refuge",
    "prepared": "what was sent there ahead", "holder_gone": "its holder was gone", "people_left": "people who left",
}  # fmt: skip

type Causes = dict[str, float]
NO_TITLES: Mapping[str, str] = {}


def shares(terms: Mapping[str, float]) -> Causes:
    """Return term / sum of |terms| for each term, the largest first; nothing if all are 0."""
    scale = sum(map(abs, terms.values()))
    least = LEAST * scale
    found = [(name, round(value / scale, 3)) for name, value in terms.items() if value and abs(value) >= least]
    found.sort(key=_size, reverse=True)
    return dict(found)


def _size(found: tuple[str, float]) -> float:
    return abs(found[1])


def said(name: str) -> str:
    """Return a cause in words."""
    return SAID.get(name) or name.replace("_", " ")


def words(causes: Mapping[str, float], most: int = 3, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the main causes as text: 'its creed 41%, the core's aid 20%; against it: its ties to a rival hub 22%'."""
    speaks, against = [], []
    for name, share in islice(causes.items(), most):
        if share > 0:
            speaks.append(f"{titles.get(name) or said(name)} {share:.0%}")
        elif share < 0:
            against.append(f"{titles.get(name) or said(name)} {-share:.0%}")
    if not against:
        return ", ".join(speaks)
    objection = f"against it: {', '.join(against)}"
    return f"{', '.join(speaks)}; {objection}" if speaks else objection


def counted(number: float, one: str, many: str = "") -> str:
    """Return a whole number of things, large ones with three digits: 1 week, 543,000 people, 1.93 million people."""
    if number >= 1e6:
        return f"{float(f'{number / 1e6:.3g}'):g} million {many or one + 's'}"
    whole = round(float(f"{number:.3g}")) if number >= 1000 else round(number)
    return f"{f'{whole:,}' if whole else 'no'} {one if whole == 1 else many or one + 's'}"


def membership(state: State, row: int, kind: str) -> Causes:
    """Causes of a pledge, refusal, defection or secession: terms of the utility of belonging and what they are held against.

    A pledge, or obedience: the terms as they stand. A refusal: their opposites, and the threshold. Leaving, bargaining and
    hedging: the same with what an oath binds to, a silent week, and the months before; a secession also the worth of
    standing alone (`mechanisms/pledging.py`).
    """
    p = state.parameters.pledging
    terms = dict(zip(TERMS, state.appeal[row].tolist(), strict=True))
    if kind in ("pledge", "obedience"):
        return shares(terms)
    against = {name: -term for name, term in terms.items()}
    if kind == "refusal":
        return shares(against | {"threshold": p.threshold})
    against |= {"silence": p.silence * float(state.silence[row] > 0), "threshold": p.threshold - p.loyalty}
    against["earlier_months"] = float(state.discontent[row]) - sum(against.values())
    if kind == "secession":
        fighters = float(state.fighters[row])
        strength = fighters / max(1.0, fighters + float(state.fighters[CORE]))
        against["own_strength"] = p.secession_worth * 2 * strength * (1 - float(state.alignment[row]))
    return shares(against)


def walkout(state: State, parent: int) -> Causes:
    """Causes of a faction's leaving: by how much per cent the hazard moves with one per cent of each (its elasticities).

    hazard ~ lead x (1 - cost (1 - label)) x (u + (1 - u) ambition), with u `unambitious` and lead = prestige - the hub's.
    """
    p, label = state.parameters.splintering, pledging.label(state)
    hub = float(state.hub_prestige[state.hub[parent]]) if state.hub[parent] >= 0 else 0.0
    lead = max(state.prestige - hub, 1e-9)  # a guard
    ambition = float(state.ambition[parent])
    cheap = p.cost * label / max(1 - p.cost * (1 - label), 1e-9)  # a guard
    ambitious = (1 - p.unambitious) * ambition
    terms = {"prestige": state.prestige / lead, "label": cheap, "rival_hub": -hub / lead}
    return shares(terms | {"ambition": ambitious / max(p.unambitious + ambitious, 1e-9)})


def answer(state: State, quality: float) -> Causes:
    """Causes of an acceptance: weeks of waiting that the link spares against those that are left; without one, chance."""
    p = state.parameters.core
    if quality == 0.0:
        return {"chance": 1.0}
    left = p.worst_lag * (1 - quality) ** p.lag_power
    return shares({"link": p.worst_lag - left, "lag": -(p.best_lag + left)})


def refuge(state: State, worth: Floats, best: int) -> Causes:
    """Causes of the choice of a refuge: log ratios to the next best of link and of people held; worth (organisations,)."""
    others = worth.copy()
    others[best] = 0.0
    second = int(np.argmax(others))
    if others[second] <= 0:
        return {"only_refuge": 1.0}
    people = state.people_held[[best, second]] + state.parameters.core.refuge_people
    link = np.maximum(state.quality[[best, second]], 1e-9)  # a guard
    return shares({"link": float(np.log(link[0] / link[1])), "people_held": float(np.log(people[0] / people[1]))})


def alarm(state: State, country: int) -> Causes:
    """Causes of the threat that a country perceives: attacks there, and people lost to the core's bloc."""
    return shares({
        "attacks": float(state.alarm_from_attacks[country]), "land_lost": float(state.alarm_from_land[country]),
    })  # fmt: skip
