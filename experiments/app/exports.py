"""Downloads: series as CSV, the scenario as TOML, the map as PNG and SVG, a replay as one HTML file."""

import json
from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from experiments.app.axis_events import axis_of
from experiments.app.axis_view import AXIS_SCRIPTS
from experiments.app.chart_view import CHART_SCRIPTS, spec_of
from experiments.app.map_view import MAP_SCRIPTS, grids_of, places_of, script, style, theatre_of
from experiments.app.pair import Shown
from experiments.app.plan import BASE
from experiments.app.plan_names import slug
from experiments.app.session import Session
from experiments.app.world import World
from experiments.batch.spreadsheets import safe
from experiments.points.policy_files import policy_text, value_text
from experiments.report.maps import sheet
from experiments.report.picture import Picture, kinds_at_end, kinds_of_events
from model.scenario import list_policies, load_scenario

MOST_REPLAYED = 300  # weeks in a replay; of longer runs every second, third, ... week


def series_csv(shown: Shown) -> str:
    """Return a row a world and week with all series, up to the last week that all have computed."""
    tables = []
    for letter, world in zip("AB", shown.worlds, strict=False):
        table = world.result(shown.computed).series
        table.insert(
            0, "policy_title", world.scenario.heading if world.scenario.branch else world.scenario.policy.title
        )
        table.insert(0, "policy", world.scenario.plan)
        table.insert(0, "world", letter)
        tables.append(table)
    return str(safe(pd.concat(tables)).to_csv(index=False))


def scenario_toml(world: World) -> str:
    """Return the scenario as composed, with all changed assumptions, as a file for `inkspot run FILE --seed N`.

    Running it gives the numbers of the world to the last bit. It names its policy: a shipped one by its name, one that
    was changed by the file that `policy_toml` is, to be put beside it.
    """
    data = world.scenario.model_dump(mode="python", exclude_none=True)
    for derived in ("policy", "map_digest", "left_out"):  # named below, or worked out from the rest
        data.pop(derived, None)
    head = {key: data.pop(key) for key in ("name", "title", "question", "theatre", "resolution", "start", "weeks")}
    head["policy"] = policy_file(world)
    lines = [f"# {world.provenance}", f"# inkspot run THIS_FILE --seed {world.run.seed}", "", "[scenario]"]
    lines += [f"{key} = {value_text(value)}" for key, value in head.items()]
    branch = data.pop("branch", None)
    for table, value in data.items():
        lines += _table(table, value)
    lines += _branch(branch) if branch else []
    return "\n".join(lines) + "\n"


def is_shipped(world: World) -> bool:
    """Tell whether a world's policy is a shipped one as it is."""
    policy = world.scenario.policy
    return policy.name in list_policies() and load_scenario(world.run.scenario, policy=policy.name).policy == policy


def policy_file(world: World) -> str:
    """Return what the scenario's file calls its policy."""
    return world.scenario.policy.name if is_shipped(world) else f"{slug(world.scenario.policy.name)}.toml"


def policy_toml(world: World) -> str:
    """Return the policy as a file, to be put beside the scenario's."""
    return policy_text(world.scenario.policy)


def _table(name: str, value: dict[str, Any]) -> list[str]:
    """Return a table; the tables in it follow as tables of their own."""
    flat = name.rpartition(".")[2] in ("mechanisms", "rivals")
    below = {key: each for key, each in value.items() if isinstance(each, dict) and not flat}
    plain = {key: each for key, each in value.items() if key not in below}
    lines = (
        ["", f"[{name}]", *(f"{json.dumps(key)} = {value_text(each)}" for key, each in plain.items())] if plain else []
    )
    for key, each in below.items():
        lines += ["", f"[{name}.{json.dumps(key)}]", *(f"{json.dumps(k)} = {value_text(v)}" for k, v in each.items())]
    return lines


def _branch(branch: dict[str, Any]) -> list[str]:
    """Return what changes from a week on, its policy written out."""
    lines = ["", "[branch]", f"start = {branch['start']}"]
    policy = branch.get("policy")
    if policy:
        phases = policy.pop("phases")
        lines += [
            "",
            "[branch.policy]",
            f'extends = "{BASE}"',
            *(f"{key} = {value_text(value)}" for key, value in policy.items()),
        ]
        for name, phase in phases.items():
            lines += ["", f"[branch.policy.phases.{json.dumps(name)}]"]
            lines += [f"{key} = {value_text(value)}" for key, value in phase.items()]
    for key in ("parameters", "mechanisms", "rivals"):
        if branch.get(key):
            lines += _table(f"branch.{key}", branch[key])
    return lines


def stem(worlds: list[World]) -> str:
    """Return how the names of files of some worlds begin: scenario and policies."""
    policies = dict.fromkeys(slug(world.scenario.plan) for world in worlds)
    return f"{worlds[0].scenario.name}-{'-vs-'.join(policies)}"


def map_picture(world: World, week: int, kind: str) -> bytes:
    """Return the map of control in a computed week as `png` or `svg`, with scenario, policy and seed in small type."""
    result, state = world.result(week), world.simulation.state
    fields = world.fields(week)
    control = np.zeros((len(state.names), len(fields[0])))
    held = np.flatnonzero(fields[0] < len(state.names))
    control[fields[0][held], held] = fields[1][held] / 255
    names = list(state.names)
    title = f"{world.scenario.title}: {world.scenario.heading}, {world.date(week):%d %B %Y}"
    raster = np.asarray(world.theatre.raster(control), dtype=np.float64)
    kinds = kinds_at_end(world.scenario, names, kinds_of_events(result))
    picture = Picture(
        world.scenario, raster, names, dict(state.titles), kinds, title, world.provenance,
        deployment=world.deployment(week), armies=tuple(world.armies),
    )  # fmt: skip
    drawn = sheet(world.scenario, width=10.0)
    if kind == "png":
        return drawn.show(picture, dpi=150)
    drawn.lay(picture)
    buffer = BytesIO()
    drawn.figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def replay_html(session: Session, shown: Shown, layer: str = "control") -> str:
    """Return one HTML file that plays the weeks computed so far in any browser, without a server: map and charts."""
    pair, titles = shown.pair, session.titles
    weeks = np.arange(0, shown.computed + 1, 1 + shown.computed // MOST_REPLAYED).tolist()
    frames = []
    for week in weeks:
        header, buffers = replace(shown, week=week).frame(layer)
        frames.append([header, [b64encode(buffer).decode() for buffer in _packed(buffers)]])
    theatre = theatre_of(pair, titles)
    theatre["layers"] = {layer: theatre["layers"][layer]}
    grounds = [[b64encode(part).decode() for part in places_of(world.theatre)] for world in grids_of(pair)]
    data = {
        "theatre": theatre, "grounds": grounds, "frames": frames, "axis": axis_of(shown, titles),
        "charts": spec_of(replace(shown, week=0), titles, weeks=weeks),
        "provenance": [world.provenance for world in pair.worlds],
    }  # fmt: skip
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
    code = script(*MAP_SCRIPTS, *AXIS_SCRIPTS, *CHART_SCRIPTS, "replay.js")
    looks, page = style("map.css", "axis.css", "chart.css"), script("replay.html")
    return page.replace("/*STYLE*/", looks).replace("/*CODE*/", code).replace('"DATA"', text)


def _packed(buffers: list[bytes]) -> list[bytes]:
    """Return buffers as runs (length 1..255, value): most of a map is one colour."""
    packed = []
    for buffer in buffers:
        values = np.frombuffer(buffer, dtype=np.uint8)
        starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
        lengths = np.diff(np.r_[starts, len(values)])
        runs = bytearray()
        for start, length in zip(starts, lengths, strict=True):
            whole, rest = divmod(int(length), 255)
            runs += bytes([255, values[start]]) * whole + (bytes([rest, values[start]]) if rest else b"")
        packed.append(bytes(runs))
    return packed
