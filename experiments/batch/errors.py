"""Mistakes of users: said in one line, never as a traceback."""


class UserError(Exception):
    """Something that the user asked for and that cannot be done; the text says what, and what would work."""


class PlanError(UserError):
    """A batch that cannot be made as asked."""


class StoreError(UserError):
    """A folder that holds something else than the results that are to be written there."""


def one_line(error: BaseException) -> str:
    """Return what an error says in one line, however many its library uses; its kind where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
