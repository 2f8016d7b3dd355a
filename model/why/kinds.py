"""The kinds of events: each is declared once, here, and written down with `state.note` where it happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventKind:
    """What an event of a kind says to readers, and what follows from it.

    sentence: with {who}, {other}, {country}, {amount} and {cause} of the event. repeats: told once for each organisation or
    country, with how often. outcome: the outcome of `model/record.py` that counts these events. becomes: what the
    organisation is from then on, as maps colour it. link: told of the link between the core and the organisation, too.
    campaign: told place by place among campaigns, not among other events. whole: the cause says it all without its shares.
    """

    sentence: str
    repeats: bool = False
    outcome: str = ""
    becomes: str = ""
    link: bool = False
    campaign: bool = False
    whole: bool = False


# the most telling first: where there are too many events to tell, those of the last kinds go
EVENT_KINDS: dict[str, EventKind] = {
    "core_dead": EventKind("the core ceased to exist"),
    "relocation": EventKind("the core moved to {other}", link=True),
    "headquarters_lost": EventKind("the core lost a headquarters in {country}"),
    "timeline": EventKind("{cause}"),
    "removed": EventKind("{cause}"),
    "phase": EventKind("policy: {cause}", link=True),
    "offensive": EventKind("an offensive began in {country}: {cause}", campaign=True),
    "offensive_won": EventKind("an offensive in {country} was won: {cause}", campaign=True),
    "offensive_lost": EventKind("an offensive in {country} failed: {cause}", campaign=True),
    "outside_power": EventKind("the outside power entered the war", repeats=True),
    "secession": EventKind(
        "{who} broke away: it had outgrown the core", outcome="secessions", becomes="independent", link=True
    ),
    "defection": EventKind("{who} left the core", outcome="defections", becomes="independent", link=True),
    "acceptance": EventKind(
        "the core accepted {who} as a province", outcome="acceptances", becomes="province", link=True, whole=True
    ),
    "splinter": EventKind("{who} split from its parent to join the core", outcome="splinters", becomes="independent"),
    "split": EventKind("{who} split off from {other}, a province", outcome="splits", becomes="independent"),
    "founding": EventKind("travellers who had come back founded a group: {who}", outcome="foundings"),
    "broker_lost": EventKind("{who} lost a broker of its link to the core", repeats=True, link=True),
    "pledge": EventKind("{who} pledged allegiance to the core", outcome="pledges", link=True),
    "unsanctioned_attack": EventKind(
        "{who} killed {amount:,.0f} people in a large attack against the core's wishes", repeats=True
    ),
    "underground": EventKind("{who} went underground"),
    "comeback": EventKind("{who} came back from the underground"),
    "defence": EventKind("a rival hub defended its hold on {who}", repeats=True),
    "hedge": EventKind("{who} hedged: it spared the core's rivals and took up old ties", link=True, repeats=True),
    "bargain": EventKind("{who} bargained with the core for money and autonomy", link=True, repeats=True),
    "obedience": EventKind("{who} fell in line with the core again", link=True, repeats=True),
    "offensive_stance": EventKind("{who} set out to expand", repeats=True),
    "defensive_stance": EventKind("{who} turned to holding what it had", repeats=True),
    "town_taken": EventKind("{who} took {other}", campaign=True),
    "town_lost": EventKind("{who} lost {other}", campaign=True),
    "expulsion": EventKind("{who} lost nearly all its land"),
    "group_dead": EventKind("{who} ceased to exist"),
    "reprisal": EventKind("reprisals in {country}", repeats=True),
    "refusal": EventKind("{who} refused the core in public", outcome="refusals"),
    "merge": EventKind("two ink spots merged; {who} holds most of them", repeats=True, outcome="merges"),
    "attack": EventKind("{who} attacked beyond the region", repeats=True),
    "taken_on": EventKind("{cause}: {country}", repeats=True),
    "coalition": EventKind("{country} joined the coalition"),
}
