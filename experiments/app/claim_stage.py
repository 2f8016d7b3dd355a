"""A claim on the stage: its two worlds become the page's, and a line says which claim it is and what to look at."""

import solara

from experiments.app.claim_worlds import Staged, line_html
from experiments.app.session import Session


def put_on(session: Session, found: Staged) -> bool:
    """Show a claim's worlds, run to its horizon; return whether they could be shown."""
    session.apply(found.setting)
    if session.setting != found.setting:
        return False
    session.wanted, session.claim = session.pair.weeks, found
    return True


@solara.component
def ClaimLine(session: Session, count: int) -> None:
    """Says which claim is on the stage, as long as its worlds are shown."""
    found = session.claim
    with solara.Div(classes=["ink-claim-line"]):
        if found is not None and found.setting == session.setting:
            solara.HTML(unsafe_innerHTML=line_html(found))
