"""Who held which town: a target a town and day, one a theatre for the fit, and Brier scores.

A town's target asks whether the theatre's holder has it (1) or not (0): over runs, a chance. Contested and unknown towns are
neither hit nor miss and are left out. For the fit there is one number a theatre, the share of its towns and days that are
right, since sixty towns on four days are not 240 facts and a share is smooth enough to emulate.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from experiments.history.schema import Group, Target, Theatre, Towns
from experiments.measures.towns import KNOWN_UNTIL, HeldTown, TownsRight, known_towns
from model.scenario.schema import Scenario

THEATRE_COLUMNS = ("theatre", "date", "towns", "held", "brier", "unchanged")
UNSURE = 0.5  # what the null model says of a town of which nothing was known at the start


class TownTarget(Target):
    """Whether a theatre's holder had a town on a day. `before`: whether it had the town when runs begin, 1/2 if unknown."""

    town: str
    theatre: str
    before: float


def theatre_targets(towns: Towns) -> dict[str, Target]:
    """Return a target a theatre: the share of towns and days up to the end of 2015 that are right."""
    days = [day for day in towns.dates if day <= KNOWN_UNTIL]
    return {
        f"towns_{name}": _share(name, theatre, days, towns.source) for name, theatre in towns.theatres.items() if days
    }  # fmt: skip


def _share(name: str, theatre: Theatre, days: list[date], source: str) -> Target:
    return Target.model_validate({
        "title": f"Towns of {theatre.title} as reported, on {len(days)} days", "date": max(days), "low": 1.0, "high": 1.0,
        "measure": {"towns_right": theatre.countries, "by": theatre.by, "on": days}, "unit": "share",
        "error": theatre.error, "discrepancy": theatre.discrepancy, "use": theatre.use, "group": f"towns_{name}",
        "confidence": "A", "source": source,
    })  # fmt: skip


def known_by(target: Target, until: date | None) -> Target | None:
    """Return a target if it is of a day up to `until`; of a theatre that with its earlier days, None without any."""
    if until is None or target.date <= until:
        return target
    measure = target.measure
    days = [day for day in measure.on if day <= until] if isinstance(measure, TownsRight) else []
    if not days:
        return None
    earlier = TownsRight.model_validate(measure.model_dump(by_alias=True) | {"on": days})
    return target.model_copy(update={"date": max(days), "measure": earlier, "title": f"{target.title}, until {until}"})


def town_groups(towns: Towns) -> dict[str, Group]:
    """Return a group a theatre, of its towns on all days."""
    meaning = "one war: towns fall together, and who holds one today is likely to hold it in half a year"
    return {
        f"towns_{name}": Group(title=f"Towns of {each.title}", correlation=each.correlation, meaning=meaning)
        for name, each in towns.theatres.items()
    }


def town_targets(towns: Towns, scenario: Scenario) -> dict[str, TownTarget]:
    """Return a target a town and day of which it is known who held the town: `town_mosul_2015_12`."""
    made = {}
    for name, theatre in towns.theatres.items():
        before = known_towns(scenario, theatre.countries, scenario.start, theatre.by)
        for day in towns.dates:
            for town, had in _reported(towns, theatre, scenario, day).items():
                made[f"town_{town}_{day:%Y_%m}"] = TownTarget.model_validate({
                    "title": f"{scenario.towns[town].place} held by {theatre.by}, {day}", "date": day,
                    "measure": {"town": town, "by": theatre.by}, "low": float(had), "high": float(had), "unit": "chance",
                    "error": theatre.error, "discrepancy": 1.0, "use": "score", "group": f"towns_{name}",
                    "confidence": "A", "source": towns.source, "town": town, "theatre": name,
                    "before": float(before.get(town, UNSURE)),
                })  # fmt: skip
    return made


def _reported(towns: Towns, theatre: Theatre, scenario: Scenario, day: date) -> dict[str, bool]:
    """Return whether the theatre's holder had each town on a day, by the file's own reports or the scenario's."""
    if day not in towns.held:
        return known_towns(scenario, theatre.countries, day, theatre.by)
    inside = {name for name, town in scenario.towns.items() if town.country in theatre.countries}
    return {
        town: holder == theatre.by
        for holder, names in towns.held[day].items() if holder != "contested" for town in names if town in inside
    }  # fmt: skip


def own_towns(targets: Mapping[str, Target], scenario: Scenario) -> dict[str, TownTarget]:
    """Return the targets that a file itself writes of single towns, as those made of `[towns]`."""
    made = {}
    for name, target in targets.items():
        measure = target.measure
        if isinstance(measure, HeldTown):
            before = known_towns(scenario, "all", scenario.start, measure.by).get(measure.town, UNSURE)
            more = {"town": measure.town, "theatre": target.group or "own", "before": float(before)}
            made[name] = TownTarget.model_validate(target.model_dump() | {"measure": measure} | more)
    return made


def theatre_scores(targets: Mapping[str, TownTarget], chances: Mapping[str, float]) -> pd.DataFrame:
    """Return a row a theatre and day (`THEATRE_COLUMNS`): towns, how many were held, Brier scores of the model and a null.

        Brier = mean over towns of (chance - held)^2

    `chances`: name of a target -> share of runs in which the town is held. `unchanged`: all towns stay with whom they were
    with when the runs begin.
    """
    names = [name for name in targets if name in chances]
    table = pd.DataFrame({
        "theatre": [targets[name].theatre for name in names], "date": [targets[name].date for name in names],
        "truth": [targets[name].low for name in names], "chance": [chances[name] for name in names],
        "before": [targets[name].before for name in names],
    })  # fmt: skip
    table["model"], table["null"] = (table["chance"] - table["truth"]) ** 2, (table["before"] - table["truth"]) ** 2
    rows = [
        (*key, len(part), int(part["truth"].sum()), float(part["model"].mean()), float(part["null"].mean()))
        for key, part in table.groupby(["theatre", "date"], sort=False)
    ]
    return pd.DataFrame(rows, columns=list(THEATRE_COLUMNS))


def overall(scores: pd.DataFrame) -> tuple[float, float]:
    """Return the Brier score over all towns and days of the model, and of nothing changing; nan without any."""
    if not len(scores):
        return float("nan"), float("nan")
    model, null = (float(np.average(scores[name], weights=scores["towns"])) for name in ("brier", "unchanged"))
    return model, null


def theatre_lines(scores: pd.DataFrame) -> list[str]:
    """Say the Brier score of all theatres, each with the holder that it asks about, and where the null model is better."""
    if not len(scores):
        return []
    model, null = overall(scores)
    parts = {str(name): overall(part) for name, part in scores.groupby("theatre", sort=False)}
    worse = [name.replace("_", " ") for name, (own, unchanged) in parts.items() if own > unchanged]
    words = f"Towns by theatre, each with its own holder ({scores['towns'].sum()} towns x days): Brier {model:.3f}, "
    words += f"nothing changes since the start {null:.3f}"
    return [words + (f". It loses in {', '.join(worse)}." if worse else ". It loses nowhere.")]
