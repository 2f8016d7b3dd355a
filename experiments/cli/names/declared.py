"""Names that the model declares: parameters, switches, levers, outcomes, state fields and kinds of events."""

from collections.abc import Mapping
from functools import partial
from math import inf, isinf

from experiments.cli.names.entry import Entry, Named, unit_words
from experiments.cli.names.studies import ledger_tables
from model.record import OUTCOMES
from model.scenario.declarations import LeverMeaning, Mechanism, Parameter, Rival, declarations
from model.state import CHANNELS
from model.state.arrays import fields
from model.state.fields import Field
from model.why.kinds import EVENT_KINDS

BETTER = {-1: "less is better for the population", 1: "more is better for the population", 0: "neither is a goal"}
AGGREGATES = {"end": "value in the last week", "sum": "sum over the run", "mean": "mean over the run"}


def families() -> list[Named]:
    """Return the families of parameters."""
    return [
        Named(family, ", ".join(members), partial(_family, family, members))
        for family, members in declarations().parameters.items()
    ]


def parameters() -> list[Named]:
    """Return every parameter as `family.name`; `describe` also finds it by its last part."""
    return [
        Named(f"{family}.{name}", each.meaning, partial(_parameter, f"{family}.{name}", each))
        for family, members in declarations().parameters.items()
        for name, each in members.items()
    ]


def mechanisms() -> list[Named]:
    """Return the mechanisms that can be switched off, and the choices among forms of them."""
    return [Named(name, each.meaning, partial(_mechanism, name, each))
            for name, each in declarations().mechanisms.items()]  # fmt: skip


def channels() -> list[Named]:
    """Return the channels of links."""
    return [
        Named(name, declarations().mechanisms[f"links.{name}"].meaning, partial(_channel, name)) for name in CHANNELS
    ]


def rivals() -> list[Named]:
    """Return the switches of the rival findings."""
    return [Named(name, each.meaning, partial(_rival, name, each)) for name, each in declarations().rivals.items()]


def levers() -> list[Named]:
    """Return the levers on which allies spend effort."""
    return [Named(name, each.meaning, partial(_lever, name, each)) for name, each in declarations().levers.items()]


def outcomes() -> list[Named]:
    """Return the outcomes of a run."""
    return [Named(name, f"{each.meaning} ({unit_words(each.unit)})", partial(_outcome, name))
            for name, each in OUTCOMES.items()]  # fmt: skip


def state_fields() -> list[Named]:
    """Return the fields of the model's state."""
    return [Named(name, each.meaning, partial(_field, name, each)) for name, each in fields().items()]


def event_kinds() -> list[Named]:
    """Return the kinds of events that a run records."""
    return [Named(name, _sentence(name), partial(_event_kind, name)) for name in EVENT_KINDS]


def _family(family: str, members: Mapping[str, Parameter]) -> Entry:
    rows = [(name, f"{each.value:g} {unit_words(each.unit)}: {each.meaning}") for name, each in members.items()]
    return Entry("parameter family", family, f"{len(rows)} parameters", rows)


def _parameter(key: str, each: Parameter) -> Entry:
    rows = [
        ("value", f"{each.value:g}"), ("range", f"{each.low:g} to {each.high:g}"), ("unit", unit_words(each.unit)),
        ("source", each.source), ("change it", f"--set {key}={each.value:g}"),
    ]  # fmt: skip
    return Entry("parameter", key, each.meaning, rows)


def _mechanism(name: str, each: Mechanism) -> Entry:
    claims = [("claims", ", ".join(each.claims))] if each.claims else []
    if not each.options:
        return Entry("mechanism", name, each.meaning, [*claims, ("switch it off", f"--set mechanisms.{name}=false")])
    change = next(option for option in each.options if option != each.default)
    rows = [*each.options.items(), ("default", each.default), ("choose", f"--set mechanisms.{name}={change}")]
    return Entry("choice of mechanism", name, each.meaning, [*rows, *claims])


def _channel(name: str) -> Entry:
    each, weight = declarations().mechanisms[f"links.{name}"], declarations().parameters["links"].get(name)
    rows = [("weight", f"{weight.value:g}, range {weight.low:g} to {weight.high:g}: links.{name}")] if weight else []
    rows += [("outcome", f"link_{name}: {OUTCOMES[f'link_{name}'].meaning}")]
    return Entry(
        "channel of links", name, each.meaning, [*rows, ("switch it off", f"--set mechanisms.links.{name}=false")]
    )


def _rival(name: str, each: Rival) -> Entry:
    tested = [key for key, table in ledger_tables().items() if table.get("switch") == f"rivals.{name}"]
    rows = [("source", each.source), *[("tested by", f"inkspot claims {key}") for key in tested]]
    return Entry("rival finding", name, each.meaning, [*rows, ("switch it on", f"--set rivals.{name}=true")])


def _lever(name: str, each: LeverMeaning) -> Entry:
    rows = [("unit", unit_words(each.unit)), ("source", each.source),
            ("use it", f"--set policy.phases.PHASE.effort.{name}=0.1")]  # fmt: skip
    return Entry("lever", name, each.meaning, rows)


def _outcome(name: str) -> Entry:
    outcome = OUTCOMES[name]
    rows = [
        ("unit", unit_words(outcome.unit)),
        ("of a run", AGGREGATES.get(outcome.aggregate, "largest value in the run")),
        ("direction", BETTER[outcome.better]),
    ]
    return Entry("outcome", name, outcome.meaning, rows)


def _field(name: str, each: Field) -> Entry:
    low = "unlimited" if isinf(each.low) else f"{each.low:g}"
    high = "unlimited" if each.high == inf else f"{each.high:g}"
    rows = [("one value for", " and ".join(each.axes.split()).replace("_", " ") or "the whole run"),
            ("unit", unit_words(each.unit)), ("range", f"{low} to {high}")]  # fmt: skip
    return Entry("state field", name, each.meaning, rows)


def _sentence(name: str) -> str:
    words = {"who": "ORGANISATION", "other": "OTHER", "country": "COUNTRY", "cause": "CAUSE", "amount": 0.0}
    return EVENT_KINDS[name].sentence.replace(":,.0f", "").replace("{amount}", "NUMBER").format(**words)


def _event_kind(name: str) -> Entry:
    outcome = EVENT_KINDS[name].outcome
    rows = [("counted by", f"the outcome {outcome}")] if outcome else []
    return Entry("kind of event", name, _sentence(name), [*rows, ("recorded in", "events.csv of a run")])
