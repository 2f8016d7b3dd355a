"""What there is, by name: for `inkspot list` and `inkspot describe`. Every kind of names is declared once, in `KINDS`."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, partial

from typer.core import TyperArgument, TyperGroup, TyperOption

from experiments.batch.errors import UserError
from experiments.cli.names import declared, files, studies, world
from experiments.cli.names.entry import Entry, Kind, Named

KINDS = (
    Kind("scenarios", files.scenarios),
    Kind("policies", files.policies),
    Kind("designs (inkspot sweep)", files.designs),
    Kind("lessons (inkspot app)", files.lessons),
    Kind("levers", declared.levers),
    Kind("mechanisms (on unless switched off)", declared.mechanisms),
    Kind("channels of links", declared.channels),
    Kind("rival findings (off unless switched on)", declared.rivals),
    Kind("outcomes", declared.outcomes),
    Kind("parameter families", declared.families),
    Kind("kinds of events", declared.event_kinds),
    Kind("claims and rival findings (inkspot claims)", studies.claims),
    Kind("parameters", declared.parameters, short=True),
    Kind("state fields", declared.state_fields, short=True),
    Kind("local groups", world.groups, short=True),
    Kind("rival hubs", world.hubs, short=True),
    Kind("countries", world.countries, short=True),
    Kind("allies", world.allies, short=True),
    Kind("partners on the ground", world.partners, short=True),
    Kind("towns", world.towns, short=True),
    Kind("places", world.places, short=True),
    Kind("timeline events", world.timeline, short=True),
    Kind("targets of history (inkspot calibrate, inkspot backtest)", studies.targets, short=True),
    Kind("words of the glossary", studies.glossary, short=True),
)
PREFIXES = (
    "parameters.", "mechanisms.", "rivals.", "policies.", "groups.", "hubs.", "governments.", "allies.", "timeline.",
    "partners.", "towns.", "areas.", "targets.",
)  # fmt: skip


def overview() -> dict[str, dict[str, str] | list[str]]:
    """Return what `inkspot list` shows: kind -> name -> meaning, or kind -> names where they are many."""
    return {
        kind.title: [each.name for each in kind.names()] if kind.short
        else {each.name: each.meaning for each in kind.names()}
        for kind in KINDS
    }  # fmt: skip


def describe(what: str, program: TyperGroup | None = None) -> list[Entry]:
    """Return the entries of everything called `what`, by id, code or title, in capitals or not.

    program: the commands that are names too. Raises UserError with the nearest names if nothing is called that.
    """
    wanted = what.strip().lower()
    for prefix in PREFIXES:
        wanted = wanted.removeprefix(prefix)
    everything = [*_everything(), *_commands(program)]
    found = [each for each in everything if wanted in map(str.lower, each.names)]
    if not found:
        found = [each for each in everything if _plain(wanted) in map(_plain, each.names)]
    if not found and "." not in wanted:  # a parameter without its family
        found = [each for each in everything if each.name.lower().rpartition(".")[2] == wanted]
    if not found:
        raise UserError(f'nothing is called "{what}": {_hint(wanted, everything)}')
    return [each.build() for each in found]


@cache
def _everything() -> tuple[Named, ...]:
    return tuple(each for kind in KINDS for each in kind.names())


def _plain(name: str) -> str:
    """Return a name as people type it: "Boko Haram (JAS)" and `boko_haram` are both "boko haram"."""
    return name.lower().partition(" (")[0].replace("_", " ").replace("-", " ").strip()


def _hint(wanted: str, everything: list[Named]) -> str:
    """Return the nearest names in words."""
    names = {name.lower(): name for each in everything for name in each.names}
    names |= {name.rpartition(".")[2]: name for name in list(names.values()) if name == name.lower()}
    close = (
        get_close_matches(wanted, names, n=3, cutoff=0.8)
        or [name for name in names if wanted in name][:3]
        or get_close_matches(wanted, names, n=3, cutoff=0.6)
    )
    nearest = dict.fromkeys(names[name] for name in close)
    return f"did you mean {' or '.join(nearest)}?" if nearest and wanted else "`inkspot list` shows what there is"


def _commands(program: TyperGroup | None) -> Iterator[Named]:
    """Yield the commands of the program."""
    for name, command in (program.commands if program else {}).items():
        text = " ".join((command.help or "").split())
        rows = [(each.opts[0] if isinstance(each, TyperOption) else str(each.name), each.help or "")
                for each in command.params if isinstance(each, TyperArgument | TyperOption)]  # fmt: skip
        entry = Entry("command", name, text, [*rows, ("in full", f"inkspot {name} --help")])
        yield Named(name, text, partial(_itself, entry), (f"inkspot {name}",))


def _itself(entry: Entry) -> Entry:
    return entry
