"""Money and men of organisations; flows are whole dollars and whole people."""

import numpy as np

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import whole
from model.kernels.links import FIGHTERS, MEDIA, MONEY


@inlined
def _earn(organisations, prestige, core_alive, governs, resources):
    """Add the week's income to the treasuries; return taxes, oil, gifts and local income, USD.

    Taxes = rate x people held x effort on governing / (1/4); oil to the core as far as people held allow and strikes leave;
    gifts to the core by its prestige; local income by fighters, less for those in need.
    """
    p = resources
    taxes = local = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        rate = p.core_tax if g == CORE else p.province_tax
        governing = o.activity[4] / 0.25  # taxes are stated for a quarter of all effort: a unit, not an assumption
        tax = np.floor(rate * o.people_held * governing) if governs else 0.0
        income = 0.0
        if g != CORE:
            income = np.floor(p.local_income * (1.0 - o.need) * (o.local_fighters + o.foreign_fighters))
        o.treasury += tax + income
        o.revenue = tax + income
        taxes += tax
        local += income
    core = organisations[CORE]
    oil = np.floor(p.oil * min(1.0, core.people_held / p.oil_people) * (1.0 - p.oil_strikes * core.strikes))
    gifts = np.floor(p.donations * prestige * core_alive)
    core.treasury += oil + gifts
    core.revenue += oil + gifts
    return taxes, oil, gifts, local


@inlined
def _pay(organisations, luck, governs, burdened, resources):
    """Pay wages and the cost of governing as far as treasuries go; return USD paid for both, and fighters who deserted.

    Of the fighters whose wages are not paid a share leaves. burdened: the core's weapons and families cost money, too.
    """
    p = resources
    wages = governing = deserted = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        cost = np.floor(p.governing_cost * o.people_held * o.activity[4]) if governs else 0.0
        wage = p.core_wage + p.core_upkeep * burdened if g == CORE else p.province_wage
        due = np.floor(wage * (o.local_fighters + o.foreign_fighters))
        paid = min(o.treasury, due)
        o.treasury -= paid
        governed = min(o.treasury, cost)
        o.treasury -= governed
        unpaid = 1.0 - paid / max(due, 1.0) if due > 0.0 else 0.0  # a guard
        o.unpaid = unpaid
        leaving = p.desertion * unpaid
        local = min(o.local_fighters, whole(leaving * o.local_fighters, luck[g].desert_local))
        foreign = min(o.foreign_fighters, whole(leaving * o.foreign_fighters, luck[g].desert_foreign))
        o.local_fighters -= local
        o.foreign_fighters -= foreign
        wages += paid
        governing += governed
        deserted += local + foreign
    return wages, governing, deserted


@inlined
def _recruit(organisations, luck, support, people, burdened, resources):
    """Add local recruits, people; return how many.

    Expected = (rate x supporters among the people held + secret rate x fighters x support at home) x (1 + renown) x room x
    success, where room falls to 0 as local fighters come to the share of people, held and at home, that can be had; less
    where wages are not paid, if that counts (`burdened`).
    """
    p = resources
    total = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        around = p.home_people * people[o.home]
        most = p.most_fighters * o.skill * (o.people_held + around) + 1.0  # 1: a guard against dividing by 0
        room = max(0.0, 1.0 - o.local_fighters / most)
        secret = p.secret_recruiting * (o.local_fighters + o.foreign_fighters) * support[g, o.home]
        paying = 1.0 - p.unpaid_recruits * o.unpaid * burdened
        expected = (p.recruitment * o.supporters + secret) * (1.0 + o.renown) * room * o.present * o.success * paying
        o.recruited = whole(expected, luck[g].recruits)
        o.local_fighters += o.recruited
        total += o.recruited
    return total


@compiled
def balance(organisations, luck, support, people, prestige, core_alive, switches, resources):
    """Earn, pay and recruit for a week; return flows of money (USD) and people in the order of the mechanism's `FLOWS`."""
    p, governs, burdened = resources[0], switches[0].governance, switches[0].viability_wages
    taxes, oil, gifts, local = _earn(organisations, prestige, core_alive, governs, p)
    wages, governing, deserted = _pay(organisations, luck, governs, burdened, p)
    recruited = _recruit(organisations, luck, support, people, burdened, p)
    return taxes, oil, gifts, local, wages, governing, deserted, recruited


@inlined
def _claim(o):
    """What a province's share of aid goes by: messages delivered x quality of its link x how much it asks for."""
    return o.delivered * o.quality * o.asking if o.status == PROVINCE else 0.0


@compiled
def send_aid(organisations, budget, fighters, luck, switches, resources, links):
    """Share the core's budget (USD) and fighters among the provinces that got a message.

    budget and fighters: at weight 1 of their channels. Fighters stay where rounding would send more than the core has. Aid
    adds to a province's media; what it has received is smoothed over `aid_weeks`.
    """
    p, q, on = resources[0], links[0], switches[0]
    core = organisations[CORE]
    claims = marching = 0.0
    for o in organisations:
        o.aid_received *= 1.0 - 1.0 / p.aid_weeks
        claims += _claim(o)
    if claims == 0.0:
        return
    purse = min(q.money * budget if on.links_money else 0.0, core.treasury)
    squad = min(q.fighters * fighters if on.links_fighters else 0.0, core.foreign_fighters)
    lessons = p.media_aid * q.media if on.links_media else 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        share = _claim(o) / claims
        money = np.floor(share * purse)
        o.treasury += money
        core.treasury -= money
        o.aid_received += money / p.aid_weeks
        o.carried[MONEY] = money
        if share > 0.0:
            marching += whole(share * squad, luck[g].aid_fighters)
            if on.aid and on.aid_media:
                o.carried[MEDIA] = min(1.0, lessons * o.quality) * (1.0 - o.media)
                o.media += o.carried[MEDIA]
    if on.aid and on.aid_fighters and marching <= core.foreign_fighters:
        for g in range(len(organisations)):
            o = organisations[g]
            if _claim(o) > 0.0:
                o.carried[FIGHTERS] = whole(_claim(o) / claims * squad, luck[g].aid_fighters)
                o.foreign_fighters += o.carried[FIGHTERS]
        core.foreign_fighters -= marching
