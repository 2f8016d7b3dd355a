"""Fixed texts of the pages: what the model is and is not, and the glossary. HTML without external resources."""

from model.record import OUTCOMES

WHAT_IT_IS = """
<h2>What this model is and is not</h2>
<p><b>It is</b> a laboratory for assumptions about organisations and populations. It makes the argument of one essay
computable (Daniel Byman, “ISIS Goes Global”, Foreign Affairs 95(2), 2016): a militant core, local groups that may become
its provinces, governments and their allies act on a real map, week by week.</p>
<p><b>It is not</b> a forecast, and it describes no operation. It contains no persons, no units, no targets and no secrets:
only public figures about whole countries and groups, and many assumptions.</p>
<ul>
<li><b>One run is one random result.</b> Two runs with the same seed use the same random draws, so two policies can be
compared. Only many seeds show whether a difference is more than chance. Use <i>Uncertainty</i> before you conclude.</li>
<li><b>Most parameters are assumed.</b> <i>Assumptions</i> shows the range and the source of each. “Assumed” means that no
measurement supports the value. Change it and check whether your conclusion still holds.</li>
<li><b>Findings of the literature contradict one another.</b> Rival findings are switches: try them.</li>
<li><b>A policy divides a fixed effort.</b> More effort on one lever means less on another, so policies are compared at
equal cost. The cost of effort in money or lives is outside the model.</li>
<li><b>What to learn from it:</b> under which assumptions a policy works, does nothing, or backfires; not which policy is
best.</li>
</ul>
"""

GLOSSARY: dict[str, str] = {
    "core": "The militant organisation at the centre, with territory, fighters, money and prestige.",
    "local group": "An armed group with its own home area: independent, a province, or the franchise of a rival hub.",
    "province": "A local group whose pledge the core has accepted.",
    "hub": "A rival centre to which local groups may belong.",
    "government": "A state with forces, effectiveness, legitimacy and borders.",
    "ally": "An outside government that spends effort against the core and its provinces.",
    "partner": "An organisation of the state's side that fights in its own name: a militia, a tribal force, a contingent.",
    "sector": "A block of land of some 150 km within one country, to which armies and partners send soldiers.",
    "operation, offensive": "An army masses soldiers in a sector (build-up), then attacks if it dares; it wins or fails.",
    "garrison": "Soldiers who stay for a time in a sector that an operation has won.",
    "front": "The line where control by an armed group passes one half. It moves towards who loses the contest there.",
    "odds": "The power that an attack brings together against the power of those who defend: 2 to 1 is twice as much.",
    "readiness": "The share of an army's forces that can be sent. Lost ground lowers it; training rebuilds it faster.",
    "town": "A place whose control a run tells week by week, beside who was reported to hold it.",
    "pledge": "A local group's public oath to the core. When the core accepts it, the group becomes a province.",
    "defection": "A province leaves the core. A secession is the defection of a province that has outgrown the core.",
    "splinter": "A faction that leaves a rival hub's franchise in order to join the core.",
    "link": "The connection of core and province: envoys (people with personal ties to both) and a media channel.",
    "channel": "One of the ten things that a link carries beside alignment: skill, money, orders and seven more.",
    "stance": "What an organisation makes of its odds: it expands, holds, goes underground, or (the core) moves.",
    "expand, hold, underground, move": "The stances: press on all fronts; dig in; hide without land; leave for a province.",
    "obey, bargain, hedge": "How a province deals with the core short of leaving it: follow, ask for more, keep a way out.",
    "silence": "The number of weeks since the last delivered message.",
    "alignment": "How far a province's conduct follows the core's, from 0 to 1.",
    "prestige": "The core's reputation, from 0 to 1. Success raises it; losses lower it.",
    "brutality": "How violently an organisation rules, from 0 to 1.",
    "support, fear, grievance": "Shares of people who support an organisation, obey it out of fear, or resent their state.",
    "control": "The share of a place that an organisation rules.",
    "ink spot": "A connected area under control. It grows because a controlled place makes its neighbours easier to take.",
    "lever": "A means on which allies can spend effort: strikes, cutting links, training partners, and seven more.",
    "effort": "What allies spend in a week; the leading ally's effort is 1. All levers' shares add up to at most 1.",
    "policy": "How effort is divided among levers, and from which date to which date.",
    "scenario": "The starting point: the map, the date, the organisations and what they have.",
    "seed": "The number that sets a run's random draws. The same seed gives the same draws under every policy.",
    "paired difference": "One policy minus the other on the same seed, averaged over seeds, with an interval.",
    "backfire": "A policy gives a worse result than the policy it is compared with, on the same seed.",
    "regret": "How much worse a policy is than the better policy for each seed, on average.",
    "claim, verdict": "What the model says of a claim of the essay: supported, contradicted, negligible, or undetermined.",
    "supported": "A verdict: the model shows what the claim says in every outcome, and large enough to matter.",
    "contradicted": "A verdict: the model shows the opposite in an outcome, and large enough to matter.",
    "negligible": "A verdict: what the claim says is too small to matter, or nothing: below the smallest relevant effect.",
    "undetermined": "A verdict: the effect is not distinguishable from luck, or it is open whether it matters.",
    "by construction": "A mark beside a verdict: no parameters and no rival finding that were tried gave another one.",
}


def glossary_html() -> str:
    """Return the glossary as a list of definitions."""
    rows = "".join(f"<dt>{word}</dt><dd>{meaning}</dd>" for word, meaning in GLOSSARY.items())
    return f'<h2>Glossary</h2><dl class="ink-glossary">{rows}</dl>'


def sentence(text: str) -> str:
    """Return a text that starts with a capital letter, as a sentence does."""
    return text[:1].upper() + text[1:]


TAKEN = {
    "end": "in that week", "sum": "in all weeks together", "mean": "mean over the weeks", "max": "largest of the weeks"
}  # fmt: skip


def outcome_words(name: str) -> str:
    """Return what an outcome is and how its weeks are taken together: a mean is called one."""
    outcome = OUTCOMES[name]
    return f"{outcome.meaning}, {TAKEN[outcome.aggregate]}"
