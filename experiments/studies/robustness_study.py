"""How the policies of a sweep perform across all its futures: robustness, decision rules, the value of information."""

import pandas as pd

from experiments.measures.numbers import amount, number
from experiments.measures.robustness import choices, partial_information, payoff, perfect_information, robustness
from experiments.report.futures import choices_words
from experiments.report.study import Section, table
from experiments.studies.sensitivity_study import mean_over_replicates
from experiments.sweep.results import Results
from model.record import OUTCOMES

NAMED = 5  # factors whose knowledge is valued
HEADINGS = {
    "policy": "policy", "mean": "mean", "worst": "at its worst", "mean_regret": "mean regret", "regret_90": "regret, 90%",
    "worst_regret": "largest regret", "satisfices": "share satisfactory", "best": "share best",
}  # fmt: skip


def robust(results: Results, scenario: str, outcome: str) -> Section | None:
    """Return the robustness of the policies on an outcome; none where there is only one policy or future."""
    policies = [policy for name, policy in results.arms if name == scenario]
    means = {policy: mean_over_replicates(results.table(outcome, policy, scenario)) for policy in policies}
    better, unit = OUTCOMES[outcome].better, OUTCOMES[outcome].unit
    payoffs = payoff(pd.DataFrame(means), better).dropna()
    if len(policies) < 2 or len(payoffs) < 2:
        return None
    found = robustness(payoffs)
    shown = found.assign(policy=found.index, mean=found["mean"] * better, worst=found["worst"] * better)
    chosen = choices_words(choices(found), {policy: policy for policy in policies})
    worth = partial_information(payoffs, numeric(futures(results))).head(NAMED)
    known = ", ".join(f"{name} {number(value)}" for name, value in worth.items() if value > 0)
    all_known = amount(perfect_information(payoffs), unit)
    words = [
        f"Policy that each decision rule would choose: {chosen}.",
        f"Expected value of knowing the future before choosing: {all_known}; of knowing one factor: "
        f"{known or 'nothing distinguishable from chance'}.",
        "Satisfactory: at least as good as the median of all policies in all futures.",
    ]
    title = f"Policies across all futures: {OUTCOMES[outcome].meaning}"
    return Section(title, words=words, tables=[table("Robustness", shown, HEADINGS, open=True)])


def futures(results: Results) -> pd.DataFrame:
    """Return the factors' values at each point, (points, factors)."""
    frame = results.runs(["point", *results.factors])
    return frame.drop_duplicates("point").set_index("point").sort_index().reindex(range(len(results.points)))


def numeric(factors: pd.DataFrame) -> pd.DataFrame:
    """Return factors as numbers: switches 0 and 1, a text in as many columns as it has values; without those that stay."""
    columns = {}
    for name in factors:
        column = factors[name]
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            columns[str(name)] = column.astype(float)
        else:
            columns |= {
                f"{name} is {value}": (column == value).astype(float) for value in sorted(column.dropna().unique())
            }
    frame = pd.DataFrame(columns)
    return frame.loc[:, frame.nunique() > 1]
