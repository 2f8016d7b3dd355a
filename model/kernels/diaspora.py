"""What happens in diasporas: who is moved to act, and who tells the police."""

import numpy as np

from model.kernels.chance import poisson
from model.kernels.compiled import compiled


@compiled
def update_diasporas(
    organisations, stays, living, prestige, dose, ally_threat, luck, diaspora_trust, diaspora_risk, diaspora
):  # fmt: skip
    """Advance `diaspora_trust` (allies,), fill `diaspora_risk` with expected attacks; return reports and attacks.

    living (allies, countries): thousands from each country. policing = 1 - (1 - dose)(1 - vigilance x threat); reports =
    policing x trust, in the mean over people; trust returns, and is lost to policing squared. Expected plots = rate x
    living x (share of home-country fighters in the core's bloc x prestige + share of others x local cause); the risk is
    what reports leave of them. Attacks in the core's name: a Poisson number of the first part.
    """
    p = diaspora[0]
    everyone, bloc = np.zeros(living.shape[1]), np.zeros(living.shape[1])
    for stay in stays:
        o = organisations[stay.organisation]
        there = stay.share * (o.local_fighters + o.foreign_fighters)
        everyone[stay.country] += there
        if o.camp == 0:
            bloc[stay.country] += there
    people = told = found = 0.0
    for a in range(living.shape[0]):
        policing = 1.0 - (1.0 - dose) * (1.0 - p.vigilance * ally_threat[a])
        trust = diaspora_trust[a]
        trust += p.reconciliation * (1.0 - trust) - p.alienation * policing * policing * trust
        diaspora_trust[a] = trust
        reports = policing * trust
        joined = alone = 0.0
        for n in range(living.shape[1]):
            share = bloc[n] / max(everyone[n], 1.0)  # a guard
            joined += living[a, n] * share
            if everyone[n] >= 1.0:
                alone += living[a, n] * (1.0 - share)
            people += living[a, n]
            told += reports * living[a, n]
        cause = p.rate * prestige * joined
        diaspora_risk[a] = (cause + p.rate * p.local_cause * alone) * (1.0 - p.reports * reports)
        found += poisson(luck[a], cause)
    return told / max(people, 1e-12), found  # a guard
