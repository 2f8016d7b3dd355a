"""A government: its field army, and the coalition; how it mobilises and cracks down is in `mechanisms/governance.py`."""

from model.agents.army import Army
from model.agents.state_agent import StateAgent
from model.why import causes as reasons


class Government(Army, StateAgent):
    """One country. It joins the coalition in a week in which its threat makes it, and commands its army once a month."""

    axis = "country army"  # armies of countries come first, in the same order
    names = "countries"

    def remove(self) -> None:
        """Refuse: a country stays on the map. Its state is weakened by its properties."""
        raise ValueError(
            f"{self.name} is a country and stays on the map: set its `forces` or `legitimacy` to weaken the state"
        )

    @property
    def title(self) -> str:
        """Its army's name for readers."""
        return f"The army of {self.model.config.governments[self.name].name}"

    def join(self) -> None:
        """Join the coalition against the core."""
        state = self.model.state
        state.coalition[self.row] = True
        state.note(
            "coalition", -1, "the threat that it perceived had grown",
            country=state.countries[self.row], causes=reasons.alarm(state, self.row),
        )  # fmt: skip
