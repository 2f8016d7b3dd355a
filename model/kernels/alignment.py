"""How far provinces follow the core, and their brutality and mix of effort."""

from model.kernels.compiled import CORE, PROVINCE, compiled
from model.kernels.forms import within


@compiled
def update_alignment(organisations, switches, alignment):
    """Move alignment, brutality and the mix of effort of every organisation by one week.

    A province to which a message was delivered: a += eta x trust (target - a); a silent one: a -= drift (1 + autonomy F /
    (F + F0)) (a - a_own). Trust is lost in silence, and messages bring it back. Of its brutality and effort a share a is the
    core's. Foreign fighters add brutality, and a stance makes it more or less (harshness).
    """
    p, on = alignment[0], switches[0]
    core = organisations[CORE]
    for g in range(len(organisations)):
        o = organisations[g]
        fighters = o.local_fighters + o.foreign_fighters
        member = o.status == PROVINCE
        if member:
            strength = fighters / (fighters + p.strong_fighters) if on.alignment_autonomy else 0.0
            reached = o.delivered > 0.0
            o.trust += p.trust_recovery * (1.0 - o.trust) if reached else -p.trust_loss * o.trust
            pull = p.delivery * o.trust * (p.target - o.alignment)
            slip = p.drift * (1.0 + p.autonomy * strength) * (o.alignment - o.own_alignment)
            o.alignment += pull if reached else -slip
        o.alignment = 1.0 if g == CORE else within(o.alignment, 0.0, 1.0)
        followed = o.alignment if member and not on.rival_nominal_pledges else 0.0
        brutality = (1.0 - followed) * o.own_brutality + followed * core.own_brutality
        if on.brutality_foreign:
            command = o.alignment if on.rival_central_command else 1.0
            brutality += p.outsiders * (o.foreign_fighters / max(fighters, 1.0)) * command * (1.0 - brutality)
        o.brutality = min(1.0, brutality * o.harshness)
        wanted = 0.0
        for k in range(len(o.activity)):
            wanted += core.activity[k] + o.directive[k]
        for k in range(len(o.activity)):
            if g != CORE:
                order = (core.activity[k] + o.directive[k]) / wanted
                o.activity[k] = (1.0 - followed) * o.own_activity[k] + followed * order
            o.directive[k] *= 1.0 - p.directive_fading
