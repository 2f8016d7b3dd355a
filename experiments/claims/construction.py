"""The mark *by construction*: the model's form leaves a claim no other verdict, as its draws and switches show.

It is found, not thought: over all deciding outcomes the sign came out in at least so many draws (`[rules.construction]`)
and under every rival finding, never otherwise, nor at any point where that was looked for (`otherwise.py`), and it vanished
with the claim's own mechanisms off (of outcomes that should be equal nothing vanishes).
A claim may add the mark by its own reason, never remove it.
"""

from experiments.claims.judge import Judgement, direction
from experiments.claims.otherwise import ways


def by_construction(judgement: Judgement) -> str:
    """Return why no other verdict could come out; empty where it could, or where too little was looked at."""
    found, declared = "" if ways(judgement) else _found(judgement), judgement.claim.by_construction
    return " ".join(words for words in (found, declared) if words)


def _found(judgement: Judgement) -> str:
    least, verdict = judgement.claim.rules.construction.draws, judgement.verdict
    deciding = [place for place, finding in enumerate(judgement.findings) if finding.verdict == verdict]
    if verdict not in ("supported", "contradicted") or not deciding or len(judgement.draws) < len(judgement.findings):
        return ""
    if not all(_every_draw(judgement, place, least) and _every_rival(judgement, place) for place in deciding):
        return ""
    if not all(_vanishes(judgement, place) for place in deciding):
        return ""
    draws = min(judgement.draws[place].count - judgement.draws[place].failed for place in deciding)
    rivals = len(judgement.under)
    under = f" and under {rivals} rival {'finding' if rivals == 1 else 'findings'}" if rivals else ""
    off = ", and vanished with its own mechanisms off" if judgement.off else ""
    tried = len(judgement.elsewhere)
    points = f" and at {tried} {'point' if tried == 1 else 'points'} chosen against it" if tried else ""
    return f"The sign came out in all of {draws} draws{under}{points}, never otherwise{off}."


def _every_draw(judgement: Judgement, place: int, least: int) -> bool:
    share = judgement.draws[place]
    measured = share.count - share.failed
    same = share.holds if judgement.verdict == "supported" else share.reversed_
    return measured >= least and same == measured


def _every_rival(judgement: Judgement, place: int) -> bool:
    """Whether the mean has the same sign under every rival finding that the claim names, all of which were looked at."""
    if set(judgement.claim.rivals) - set(judgement.under):
        return False
    finding = judgement.findings[place]
    for found in judgement.under.values():
        other = found[place]
        if direction(finding.outcome) == 0:
            if (abs(other.mean) <= other.smallest) != (abs(finding.mean) <= finding.smallest):
                return False
        elif not other.mean * finding.mean > 0:
            return False
    return True


def _vanishes(judgement: Judgement, place: int) -> bool:
    """Whether the verdict is gone with the mechanisms off; a claim without mechanisms has none to switch off."""
    if not judgement.claim.mechanisms or direction(judgement.findings[place].outcome) == 0:
        return True
    return bool(judgement.off) and judgement.off[place].verdict != judgement.verdict
