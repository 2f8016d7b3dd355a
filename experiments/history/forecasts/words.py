"""What a forecast says, in sentences computed from its numbers."""

import numpy as np

from experiments.history.forecasts.forecast import Forecast

LIKELY, NAMED = 0.3, 12  # chances that are named; how many countries and towns at most
WHAT_IS_COUNTED = (
    "Deaths are those of fights of the scenario's armed groups with states: victims of their attacks on states, and their "
    "own fighters. Other wars are not in the model: where these are counted too, reported deaths are higher."
)


def forecast_lines(found: Forecast) -> list[str]:
    """Say what is expected of countries, deaths and towns."""
    lines = []
    for year, rows in found.years.groupby("year", sort=False):
        rows = rows.sort_values("chance_bloc", ascending=False)
        named = [
            f"{row['iso3']} {row['chance_bloc']:.2f}" for row in rows.to_dict("records") if row["chance_bloc"] >= LIKELY
        ]
        lines.append(
            f"{year}: {rows['chance_bloc'].sum():.1f} countries expected in which the bloc's fights kill 25 or more "
            f"({rows['chance_all'].sum():.1f} with all groups): {', '.join(named[:NAMED]) or 'none likely'}."
        )
    total = found.counts.sum(axis=(1, 2))
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95])
    lines.append(f"Deaths in all countries and months: {middle:,.0f} (90%: {low:,.0f} to {high:,.0f}).")
    return lines + _town_lines(found)


def _town_lines(found: Forecast) -> list[str]:
    """Say how many towns the bloc holds at the end, and which of those it had are likely lost."""
    if not len(found.towns):
        return []
    last = found.towns[found.towns["date"] == found.towns["date"].max()]
    had = last[last["last_known"].eq(True)]
    lost = had[had["chance"] < 0.5].sort_values("chance")
    words = (
        f"Towns of the bloc on {last['date'].iloc[0]}: {last['chance'].sum():.1f} expected, {len(had)} when last known"
    )
    names = [f"{row['town']} {row['chance']:.2f}" for row in lost.to_dict("records")][:NAMED]
    return [f"{words}; more likely lost than held: {', '.join(names) or 'none'}."]
