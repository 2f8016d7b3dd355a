"""Which modules are changed, which files hold the tests that may notice, and which changes of the code are tried."""

import re

MECHANISMS = (
    "alignment attitudes attrition communication diaspora displacement foreign_fighters governance ink_spots levers "
    "links loyalty operations pledging policy prestige resources scale stances territory timeline viability violence"
)
KERNELS = (
    "active_cells alignment attitudes attrition chance communication core diaspora displacement foreign_fighters forms "
    "fronts governance holdings ink_spots levers links loyalty operations pledging prestige record resources stale "
    "stances territory violence why"
)
STUDIES = {
    "measures": "statistics robustness certainty",
    "claims": "signs changes construction judge verdicts rules",
    "batch": "store reader reuse take row_index engine watchdog",
}
MODULES = [
    *(f"model/mechanisms/{name}.py" for name in MECHANISMS.split()),
    *(f"model/kernels/{name}.py" for name in KERNELS.split()),
    *(f"experiments/{package}/{name}.py" for package, names in STUDIES.items() for name in names.split()),
]
FILES_OF_MODEL = (  # states made by hand, and equations in NumPy
    "kernels losses stances stance_rules flows decisions standing links limits groups core timeline displacement means "
    "armies operations loyalty switches policies policy_dates turns spots land_lost hub allies deaths reasons "
    "link_channels week_kernels record start stale mechanism_kernels fronts_rules recruits"
)
FILES_OF_STUDIES = (
    "measures_statistics claims_p_values claims_verdicts claims_draws claims_construction claims_otherwise claims_rules "
    "claims_judge compare_comparison measures_robustness measures_certainty batch_guards batch_store batch_parts "
    "batch_row_index batch_engine batch_watchdog"
)
FILES = [f"tests/test_{name}.py" for name in f"{FILES_OF_MODEL} {FILES_OF_STUDIES}".split()]

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
    return [module for module in MODULES if words in module]
