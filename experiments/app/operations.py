"""What cards say of armies: readiness, offensives, garrisons; and of a country or an organisation: who fights there."""

import numpy as np

from experiments.app.world import World
from experiments.measures.numbers import number
from model.state import Operation, Stance
from model.why.armies import Force

MOST_ROWS = 6  # of armies on one card
MUCH = 63  # a quarter of a cell, as a byte
PHASES = {Operation.BUILD_UP: "builds up", Operation.ATTACK: "attacks"}
STANCES = {
    Stance.EXPAND: "expands", Stance.HOLD: "holds what it has", Stance.UNDERGROUND: "is underground",
    Stance.MOVE: "moves elsewhere",
}  # fmt: skip

type Row = tuple[str, str, str]


def of_army(world: World, army: int, week: int) -> list[Row]:
    """Return the rows of an army's card: soldiers, readiness, and where it attacks, builds up, holds or stands guard."""
    there = world.deployment(week)
    if army >= len(there.readiness):
        return [("soldiers that can be sent", "–", "")]
    own = [force for force in there.forces if force.army == army]
    rows = [
        ("soldiers that can be sent", number(there.soldiers[army]), "of average worth"),
        ("readiness", f"{there.readiness[army]:.0%}", ""),
    ]
    rows += [(f"{_does(force)} {world.place(force.sector)}", number(force.soldiers), _since(force)) for force in own
             if force.phase or force.garrison]  # fmt: skip
    guards = sum(force.soldiers for force in own if not (force.phase or force.garrison))
    return [*rows, ("on guard elsewhere", number(guards), "soldiers")]


def _does(force: Force) -> str:
    return f"{PHASES[Operation(force.phase)]} near" if force.phase else "holds"


def _since(force: Force) -> str:
    return f"soldiers, {force.weeks} weeks" if force.phase else "soldiers"


def of_country(world: World, country: int, week: int) -> list[Row]:
    """Return the readiness of a country's army, and every army that attacks or builds up in the country."""
    there = world.deployment(week)
    if not there.readiness:
        return []
    rows = [("readiness of its army", f"{there.readiness[country]:.0%}", "")]
    inside = [force for force in there.forces if world.theatre.sector_country[force.sector] == country and force.phase]
    return rows + _attackers(world, inside)


def of_organisation(world: World, row: int, week: int) -> list[Row]:
    """Return an organisation's stance, where it masses fighters, and who attacks or builds up where it holds land."""
    stance, sector = world.organisation(row, "stance")[week], world.focus(week, row)
    rows = [("stance", STANCES[Stance(int(stance))], "")] if stance >= 0 else []
    rows += [("masses fighters near", world.place(sector), "")] if sector >= 0 else []
    holder, control = world.field(week, "holder"), world.field(week, "control")
    held = set(np.unique(world.theatre.sector[(holder == row) & (control > MUCH)]).tolist())
    return rows + _attackers(
        world, [each for each in world.deployment(week).forces if each.phase and each.sector in held]
    )


def _attackers(world: World, forces: list[Force]) -> list[Row]:
    """Return a row an army, those that attack first, then by soldiers."""
    ordered = sorted(forces, key=lambda force: (-force.phase, -force.soldiers))[:MOST_ROWS]
    return [
        (
            f"{world.armies[force.army].title} {_does(force)} {world.place(force.sector)}",
            number(force.soldiers),
            _since(force),
        )
        for force in ordered
    ]
