"""What the core sends its provinces: messages and orders."""

from model.kernels.compiled import CORE, PROVINCE, compiled
from model.kernels.forms import logistic, within


@compiled
def direct_provinces(organisations, momentum, switches, core):
    """Choose the core's traffic with each, and give orders to the provinces that a message reached.

    More messages to those that stray, fewer when messages have given it away (Shapiro 2013). Orders shift effort to
    offensives in good times (momentum > 0), to attacks elsewhere in bad.
    """
    p = core[0]
    push = p.directive * logistic(momentum / p.momentum_scale)
    caution = 1.0 - p.caution * organisations[CORE].exposure
    for o in organisations:
        stray = 1.0 + p.concern * (1.0 - o.alignment)
        o.traffic = within(p.traffic * caution * stray, p.least_traffic, p.most_traffic)
        if switches[0].communication_directives and o.delivered > 0.0 and o.status == PROVINCE:
            o.directive[0], o.directive[1], o.directive[4] = push, 0.0, 0.0
            o.directive[2] = (p.directive - push) * p.regional_orders
            o.directive[3] = (p.directive - push) * (1.0 - p.regional_orders)
