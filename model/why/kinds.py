"""The kinds of events: each is declared once, here, and written down with `state.note` where it happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventKind:
    """What an event of a kind says to readers, and what follows from it.

    sentence: with {who}, {other}, {country}, {amount} and {cause} of the event. repeats: told once for each organisation or
    country, with how often. outcome: the outcome of `model/record.py` that counts these events. becomes: what the
    organisation is from then on, as maps colour it. link: told of the link between the core and the organisation, too.
    """

    sentence: str
    repeats: bool = False
    outcome: str = ""
    becomes: str = ""
    link: bool = False


# the most telling first: where there are too many events to tell, those of the last kinds go
EVENT_KINDS: dict[str, EventKind] = {
    "core_dead": EventKind("the core came to an end"),
    "relocation": EventKind("the core moved to {other}", link=True),
    "headquarters_lost": EventKind("the core lost a headquarters in {country}"),
    "timeline": EventKind("{cause}"),
    "phase": EventKind("policy: {cause}", link=True),
    "outside_power": EventKind("the outside power entered the war", repeats=True),
    "secession": EventKind(
        "{who} had outgrown the core and left it", outcome="secessions", becomes="independent", link=True
    ),
    "defection": EventKind("{who} left the core", outcome="defections", becomes="independent", link=True),
    "acceptance": EventKind(
        "the core accepted {who} as a province", outcome="acceptances", becomes="province", link=True
    ),
    "splinter": EventKind("{who} broke away for the core", outcome="splinters", becomes="independent"),
    "founding": EventKind("{who} gathered", outcome="foundings"),
    "pledge": EventKind("{who} pledged allegiance to the core", outcome="pledges", link=True),
    "unsanctioned_attack": EventKind(
        "{who} killed {amount:,.0f} people in a large attack that the core did not want", repeats=True
    ),
    "expulsion": EventKind("{who} lost nearly all the land held so far"),
    "group_dead": EventKind("{who} came to an end"),
    "reprisal": EventKind("reprisals in {country}", repeats=True),
    "refusal": EventKind("{who} refused the core in public", outcome="refusals"),
    "merge": EventKind("two ink spots met, held mostly by {who}", repeats=True, outcome="merges"),
    "attack": EventKind("{who} struck beyond the region", repeats=True),
    "coalition": EventKind("{country} joined the coalition"),
}
