"""Standing texts of the pages: what the model is and is not, and the glossary. HTML, without anything from outside."""

WHAT_IT_IS = """
<h2>What this model is and is not</h2>
<p><b>It is</b> a laboratory for assumptions about organisations and populations. It makes the argument of one essay
computable (Daniel Byman, “ISIS Goes Global”, Foreign Affairs 95(2), 2016): a militant core, local groups that may become
its provinces, governments and their allies meet on a real map, week by week.</p>
<p><b>It is not</b> a forecast, and it describes no operation. It knows no people, no units, no targets, and no secrets:
only public figures about countries and groups as a whole, and many assumptions.</p>
<ul>
<li><b>One run is one throw of the dice.</b> Two runs with the same seed meet the same luck, so that two policies can be
compared; but whether a difference is more than luck, only many seeds can tell. Use <i>Uncertainty</i> before you
conclude.</li>
<li><b>Most constants are assumed.</b> Every one of them has a range and a source under <i>Assumptions</i>; where the source
says “assumed”, nobody has measured it. Change it and see whether your conclusion survives.</li>
<li><b>Findings of the literature contradict one another.</b> Rival findings are switches: try them.</li>
<li><b>A policy is a way to share out a fixed effort.</b> More of one lever is less of another, so that policies are
compared at equal cost. What effort costs in money or lives is outside the model.</li>
<li><b>What to take home:</b> under which assumptions a policy works, does nothing, or backfires; not which one is best.</li>
</ul>
"""

GLOSSARY: dict[str, str] = {
    "core": "The militant organisation in the middle of the story, with territory, fighters, money and prestige.",
    "local group": "An armed group with a home of its own: independent, a province, or the franchise of a rival hub.",
    "province": "A local group whose pledge the core has accepted.",
    "hub": "A rival centre to which local groups may belong.",
    "government": "A state with forces, effectiveness, legitimacy and borders.",
    "ally": "An outside government that spends effort against the core and its provinces.",
    "pledge": "A local group's public oath to the core; an acceptance makes it a province.",
    "defection": "A province leaves the core; a secession is that of one that has outgrown it.",
    "splinter": "A faction leaves a rival franchise for the core.",
    "link": "What ties core and province: envoys (people who know both ends) and a media channel.",
    "silence": "Weeks since the last message was delivered.",
    "alignment": "How far a province's conduct follows the core's, from 0 to 1.",
    "prestige": "The core's standing, from 0 to 1: success feeds it, losses and silence wear it down.",
    "brutality": "How violently an organisation rules, from 0 to 1.",
    "support, fear, grievance": "Shares of people who support an organisation, obey it out of fear, or resent their state.",
    "control": "The share of a place that an organisation rules.",
    "ink spot": "A connected area under control; it grows where holding a place helps to take the next one.",
    "lever": "A thing that allies can spend effort on: strikes, cutting links, training partners, and seven more.",
    "effort": "What allies have to spend in a week; the leading ally's is 1. Shares of all levers sum to 1 at most.",
    "policy": "How effort is shared among levers, from when to when.",
    "scenario": "Where the story starts: the map, who is there, with what, and when.",
    "seed": "The luck of a run. The same seed is the same luck, whatever the policy.",
    "paired difference": "One policy less the other on the same seed, averaged over seeds, with its interval.",
    "backfire": "The policy does worse than the one it is compared with, on the same seed.",
    "regret": "How far a policy falls short of the better one of each seed, on average.",
    "claim, verdict": "A sentence of the essay put to the test: supported, contradicted, or undetermined.",
}


def glossary_html() -> str:
    """Return the glossary as a list of definitions."""
    rows = "".join(f"<dt>{word}</dt><dd>{meaning}</dd>" for word, meaning in GLOSSARY.items())
    return f'<h2>Glossary</h2><dl class="ink-glossary">{rows}</dl>'
