"""The settings of a user, with undo and redo."""

from dataclasses import dataclass, field

MOST_STEPS = 200


@dataclass
class History[Setting]:
    """A setting with undo and redo; `start` is what reset goes back to. At most 200 steps are kept.

    Its lists are replaced and never changed, so that a copy goes its own way.
    """

    start: Setting
    past: list[Setting] = field(default_factory=list)
    future: list[Setting] = field(default_factory=list)
    present: Setting = field(init=False)

    def __post_init__(self) -> None:
        self.present = self.start

    def change(self, setting: Setting) -> bool:
        """Make `setting` the present one; return whether it differs. Undone settings are forgotten."""
        if setting == self.present:
            return False
        self.past = [*self.past, self.present][-MOST_STEPS:]
        self.future = []
        self.present = setting
        return True

    def undo(self) -> bool:
        """Go one step back; return whether there was one."""
        if not self.past:
            return False
        self.future = [*self.future, self.present]
        *self.past, self.present = self.past
        return True

    def redo(self) -> bool:
        """Redo the last undone step; return whether there was one."""
        if not self.future:
            return False
        self.past = [*self.past, self.present]
        *self.future, self.present = self.future
        return True

    def reset(self) -> bool:
        """Return to the start, as a change that can be undone; tell whether that differs."""
        return self.change(self.start)
