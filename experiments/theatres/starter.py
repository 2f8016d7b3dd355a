"""A scenario to start from on a new map: it runs as it is, and everything in it is to be replaced."""

import json
from collections.abc import Sequence

from experiments.theatres.build import Row
from model.scenario.maps import MapFile

LEAST_MILLIONS, MOST_MILLIONS = 0.001, 2000.0
FIGURES = (
    "forces_per_1000 = 5.0, government_effectiveness = -0.5, political_stability = -0.5, rule_of_law = -0.5, "
    "control_of_corruption = -0.5, sunni_share = 0.5"
)


def starter(name: str, found: MapFile, rows: Sequence[Row]) -> str:
    """Return the text of a scenario on a map: the core sits where most people live; all figures are placeholders."""
    seats = {row.code: _seat(found, row.code) for row in rows}
    lat, lon = seats[max(rows, key=lambda row: row.people).code]
    lines = [
        f"# A start on the map {name}.npz: replace what is assumed by figures with their sources.",
        "", "[scenario]", f'name = "{name}"', f'title = "A start on the map {name}"',
        'question = "What happens here?"', f'theatre = "{name}.npz"', "start = 2014-06-09", "weeks = 104",
        'policy = "no_intervention"', "", "[core]", 'name = "Core"',
        f'headquarters = [{{ place = "Seat of the core", lat = {lat:.2f}, lon = {lon:.2f} }}]',
        f'holdings = [{{ place = "Seat of the core", lat = {lat:.2f}, lon = {lon:.2f}, radius_km = 100.0, control = 0.8 }}]',
        "local_fighters = 4000", "foreign_fighters = 1000", "treasury = 1e7", "prestige = 0.5", "brutality = 0.6",
        "skill = 1.0", 'source = "assumed: a placeholder"', "", "[governments]",
    ]  # fmt: skip
    for row in rows:
        millions = min(max(row.people / 1e6, LEAST_MILLIONS), MOST_MILLIONS)
        lat, lon = seats[row.code]
        lines.append(
            f"{row.code} = {{ name = {json.dumps(row.name, ensure_ascii=False)}, "
            f"capital = [{lat:.2f}, {lon:.2f}], population = {millions:.3f}, "
            f'{FIGURES}, source = "population: the raster; capital: the fullest cell; the rest assumed: a placeholder" }}'
        )
    lines += ["", "[sources]", '"governments.capital" = "assumed: the cell with most people"']
    return "\n".join(lines) + "\n"


def _seat(found: MapFile, code: str) -> tuple[float, float]:
    """The centre of the cell of a country with most people, or with most land where nobody lives."""
    own = found.country == found.codes.index(code)
    weight = found.people if found.people[own].sum() > 0 else found.land
    flat = int((weight * own + own * 1e-9).argmax())
    row, column = divmod(flat, found.country.shape[1])
    return float(found.lat[row]), float(found.lon[column])
