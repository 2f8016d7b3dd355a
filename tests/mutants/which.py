"""Which tests are about which module, the quickest first, and which changes of the code are tried."""

import re

FORMS = "tests/test_kernels.py"


def only(*own: str) -> list[str]:
    return [f"tests/{name}.py" for name in own]


def kernels(reference: str, *own: str) -> list[str]:
    """Tests of their own, then the comparison with equations in NumPy, on states in the middle of runs."""
    return [*only(*own), f"tests/test_mechanism_kernels.py -k 'say and ({reference})'"]


QUICK = "tests/test_claims_judge.py -k 'not noise and not among'"  # without thousands of made-up claims
JUDGE = [*only("test_claims_p_values", "test_claims_verdicts", "test_claims_draws"), QUICK]
STORE = only("test_batch_guards", "test_batch_store", "test_batch_parts", "test_batch_row_index")
TESTS: dict[str, list[str]] = {
    "model/mechanisms/attrition.py": kernels("fight", "test_losses"),
    "model/mechanisms/pledging.py": kernels("draw_decisions", "test_decisions"),
    "model/mechanisms/prestige.py": kernels("prestige", "test_standing"),
    "model/kernels/attrition.py": kernels("fight or update", "test_losses"),
    "model/kernels/pledging.py": kernels("draw_decisions", "test_decisions"),
    "model/kernels/prestige.py": kernels("prestige", "test_standing"),
    "model/kernels/links.py": [*kernels("carry or quarrels"), "tests/test_links.py -k backing"],
    "model/kernels/alignment.py": kernels("alignment"),
    "model/kernels/attitudes.py": kernels("update"),
    "model/kernels/communication.py": kernels("exchange"),
    "model/kernels/diaspora.py": kernels("diaspora"),
    "model/kernels/foreign_fighters.py": kernels("travel"),
    "model/kernels/governance.py": kernels("govern"),
    "model/kernels/levers.py": kernels("effort"),
    "model/kernels/resources.py": kernels("balance", "test_flows"),
    "model/kernels/violence.py": kernels("attack", "test_flows"),
    "model/kernels/displacement.py": [FORMS],
    "model/kernels/holdings.py": [FORMS],
    "experiments/measures/statistics.py": [
        *only("test_measures_statistics", "test_claims_p_values", "test_compare_comparison"),
        QUICK,
    ],
    "experiments/measures/robustness.py": only("test_measures_robustness"),
    "experiments/measures/certainty.py": only("test_measures_certainty"),
    "experiments/claims/signs.py": only("test_claims_draws", "test_claims_construction"),
    "experiments/claims/changes.py": only("test_claims_draws"),
    "experiments/claims/construction.py": only("test_claims_construction", "test_claims_otherwise"),
    "experiments/claims/judge.py": JUDGE,
    "experiments/claims/verdicts.py": JUDGE,
    "experiments/claims/rules.py": [*JUDGE, "tests/test_claims_rules.py"],
    "experiments/batch/store.py": STORE,
    "experiments/batch/reader.py": STORE,
    "experiments/batch/reuse.py": STORE,
    "experiments/batch/take.py": STORE,
    "experiments/batch/row_index.py": STORE,
    "experiments/batch/engine.py": only("test_batch_engine"),
    "experiments/batch/watchdog.py": only("test_batch_watchdog"),
}

_SENSIBLE = (
    re.compile(  # no shifts, powers or bits in the place of sums: those fail at once, and would flatter the score
        r"core/(ReplaceBinaryOperator_(Add|Sub|Mul|Div)_(Add|Sub|Mul|Div)"
        r"|ReplaceComparisonOperator_(Lt|LtE|Gt|GtE|Eq|NotEq)_(Lt|LtE|Gt|GtE|Eq|NotEq)"
        r"|ReplaceUnaryOperator_(USub_UAdd|Delete_Not)|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
        r"|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceBreakWithContinue|ReplaceContinueWithBreak"
        r"|ExceptionReplacer|NumberReplacer|ZeroIterationForLoop)"
    )
)


def sensible(operator: str) -> bool:
    """Whether a change of this kind can be one that nobody notices."""
    return _SENSIBLE.fullmatch(operator) is not None


def module_named(words: str) -> list[str]:
    """The modules whose path contains the words."""
    return [module for module in TESTS if words in module]
