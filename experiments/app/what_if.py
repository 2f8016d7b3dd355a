"""What if from here: the second world as a branch of the first, from the week shown on."""

from collections.abc import Callable
from html import escape

import solara

from experiments.app.branching import is_branch
from experiments.app.session import Session, policies

SAME = "the same policy, to be changed"
ONCE = (
    "The first world is a branch already, and a run can change its course once. Choose its policy anew in the sentence "
    "above, or put the turn into the policy: each measure has its own dates under Policy."
)
REPLACED = "This takes the place of the present branch, since a run can change its course once."
ANOTHER = "This takes the place of the second world."
LABEL = "What if from here ..."


@solara.component
def WhatIf(session: Session, done: Callable[[bool], None], count: int) -> None:
    """A button that asks for a policy, and makes the second world the branch."""
    asking, ask = solara.use_state(False)
    chosen, choose = solara.use_state(SAME)
    titles = {title: name for name, title in policies().items()}

    def start() -> None:
        changed = session.branch(titles.get(chosen))
        ask(not changed)
        done(changed)

    with solara.Div(classes=["ink-what-if"]):
        if not asking:
            solara.Button(LABEL, on_click=lambda: ask(True), outlined=True, small=True)
            if len(session.setting.arms) > 1 and is_branch(session.setting.arms[1]):
                words = f"The second world is the first up to there; {session.pair.worlds[1].scenario.turn}."
                solara.HTML(unsafe_innerHTML=f'<p class="ink-soft">{escape(words)}</p>')
            return
        if is_branch(session.setting.arms[0]):
            solara.HTML(unsafe_innerHTML=f'<p class="ink-soft">{ONCE}</p>')
            solara.Button("Cancel", on_click=lambda: ask(False), text=True, small=True)
            return
        day = f"{session.shown.date:%-d %B %Y}"
        words = f"Up to {day} the second world is the first, with the same luck. From then on it follows:"
        if len(session.setting.arms) > 1:
            words = f"{REPLACED if is_branch(session.setting.arms[1]) else ANOTHER} {words}"
        solara.HTML(unsafe_innerHTML=f'<p class="ink-soft">{words}</p>')
        solara.Select("Policy of the branch", [SAME, *titles], chosen, on_value=choose)
        solara.Button(f"Branch from {day}", on_click=start, outlined=True, small=True)
        solara.Button("Cancel", on_click=lambda: ask(False), text=True, small=True)
