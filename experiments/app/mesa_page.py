"""How to look at the model from Mesa: a stock `SolaraViz` page in a few lines, as a teaching example.

    uv run solara run experiments.app.mesa_page

It shows what Mesa offers as it is, a week or two a second; `inkspot app` is the page to use. Mesa's console, which would
execute what is typed into the page, is not among its components, on purpose.
"""

from typing import Any

import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from model.scenario import load_scenario
from model.simulation import Simulation


class Shown(Simulation):
    """A simulation as Mesa's page builds it: its sliders are arguments of the constructor; `rng` is the seed field."""

    def __init__(self, rng: Any = 0, growth: float = 0.45) -> None:
        seed = int(rng) if str(rng).isdigit() else 0
        super().__init__(load_scenario("synthetic_plane", overrides={"territory.growth": growth}), seed=seed)


@solara.component
def Control(model: Simulation) -> None:
    """The share of each place that any organisation controls."""
    update_counter.get()  # have Mesa draw it again after each step
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(model.state.theatre.raster(model.state.total), vmin=0, vmax=1, cmap="magma_r")
    axes.set(title=f"control, week {model.week}", xticks=[], yticks=[])
    solara.FigureMatplotlib(figure, format="png")


@solara.component
def People(model: Simulation) -> None:
    """People held by the core, week by week."""
    update_counter.get()
    figure = Figure(figsize=(4, 3), layout="constrained")
    axes = figure.subplots()
    axes.plot(model.record.series["people_core"][: model.week + 1] / 1e6)
    axes.set(xlabel="week", ylabel="people held by the core, millions", ylim=(0, None))
    solara.FigureMatplotlib(figure, format="png")


@solara.component
def Page() -> None:
    """The page; each visitor has a separate model."""
    model = solara.use_memo(Shown, [])
    growth = Slider("Speed of gain and loss", 0.45, 0.1, 0.8, 0.05)
    SolaraViz(model, components=[(Control, 0), (People, 0)], model_params={"growth": growth}, name="Inkspot in Mesa")
