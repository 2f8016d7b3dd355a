"""Survivors that nobody can kill, since they are the same function: part of the module's path, the new line, why.

Not listed one by one: an index -1 in the place of 0 where an array has one record (parameters, switches), see `__main__.py`.
"""

GUARD = "a guard against dividing by zero: the other term is never so small"
EQUIVALENT: list[tuple[str, str, str]] = [
    ("kernels/attrition", "aimed = accuracy * fighters / max(fighters + hidden, -0.999999999)  # a guard", GUARD),
    ("claims/judge", 'if outcome.expected <= "equal":', "no other word that comes here is so early in the alphabet"),
    (
        "claims/judge", "return paired.p / 2 if paired.difference > 0 else 1 + paired.p / 2",
        "a half or more ends as 1, whatever it is: it is doubled at least, and p is at most 1",
    ),
    ("mechanisms/communication", 'cause = cause if had != 1 else "its only one was found"', "who lost one had at least one"),
    ("kernels/displacement", "if border_shares[n, m] > -1.0:", "of a share of nothing nobody crosses"),
    ("kernels/displacement", "for g in range( 0, control.shape[0]):", "the first does not hold more than itself"),
    ("kernels/forms", "return 1.0 / (1.0 + math.exp(min(-x, 49.0)))  # a guard",
     "beyond it the result is below 1e-21 either way"),
    ("mechanisms/ink_spots", "for spot in np.flatnonzero(parts.sum(axis=1) > 0):", "of one part there are no others"),
    ("kernels/chance", "if rate != 0.0:", "of a negative rate the number is 0 either way: no uniform number is above 1"),
    ("mechanisms/scale", "return np.asarray(1.0 / (1.0 + np.exp(np.minimum(-x, 49.0))))  # a guard",
     "beyond it the result is below 1e-21 either way"),
    ("claims/verdicts", "if finding.pairs > 1 and np.ptp(statistic) <= 0 and np.all(np.mod(statistic, 1) == 0) and "
                        "_counts(finding):", "a range is never below 0"),
]  # fmt: skip
SAME_LENGTH = "strict=False"  # in the place of True: an assertion that two lists are of one length, which they are
ONE_RECORD = (r"(switches|parameters?|attrition|accuracy|rivalry|pledging|splintering|prestige|links|violence|resources"
              r"|attitudes|government|communication|diaspora|displacement|foreign_fighters|alignment)\[ ?-1\]")  # fmt: skip
