"""What an edited policy is called: after the policy that it was edited from and what was changed, or as somebody names it.

A setting says it by overrides of the policy's name, title, meaning and source. So whatever shows, stores or repeats a run
(selector, desk, maps, report, series, replay, files, links, commands) has the same words without being told.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from experiments.app.branching import EXTENDS, POLICY, folded, is_branch, whole, without_branch
from experiments.app.plan import RULES, Bar, arm_of, bars_of, day, words
from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError
from experiments.batch.run import Run
from model.scenario import list_policies
from model.scenario.schema import Scenario

MOST_TITLE = 80  # characters
WORDED = ("name", "title", "meaning", "source")  # of a policy: what it says, not what it does


@dataclass(frozen=True)
class Edited:
    """A policy that differs from the one that it was edited from, and what to call it."""

    scenario: Scenario
    origin: Scenario

    @cached_property
    def changes(self) -> list[str]:
        """What was changed, a phrase a lever or rule, those with the largest shares first."""
        old, new = Counter(bars_of(self.origin)), Counter(bars_of(self.scenario))
        gone, come = list((old - new).elements()), list((new - old).elements())
        phrases = []
        for bar in sorted(come, key=lambda each: -each.effort):
            before = next((each for each in gone if _same_place(each, bar)), None)
            if before:
                gone.remove(before)
            phrases.append(_phrase(bar, before, self.scenario))
        phrases += [f"without {_lever(bar)}{_period(bar, self.scenario)}" for bar in gone]
        one, two = self.origin.policy, self.scenario.policy
        return phrases + [
            f"{rule.replace('_', ' ')} {getattr(two, rule)}"
            for rule in RULES
            if getattr(one, rule) != getattr(two, rule)
        ]

    @property
    def title(self) -> str:
        """The title that follows from what was changed."""
        more = f" and {len(self.changes) - 1} more" if len(self.changes) > 1 else ""
        return f"{self.origin.policy.title}, edited: {(self.changes or ['in words only'])[0]}{more}"

    def worded(self, title: str = "") -> dict[str, str]:
        """Return the overrides of what the policy says of itself, with a title of somebody's own if there is one.

        The name ends with a digest of what the policy does: other plans, other names and files.
        """
        one, two = self.origin.policy, self.scenario.policy
        does = {key: value for key, value in two.model_dump(mode="json").items() if key not in (*WORDED, "phases")}
        digest = sha256(repr((sorted(does.items()), bars_of(self.scenario))).encode()).hexdigest()[:4]
        changed = "; ".join(self.changes) or "nothing but its name"
        return {
            "policy.name": f"{slug(title) or f'{slug(one.name)}_edited'}_{digest}",
            "policy.title": title or self.title,
            "policy.meaning": f"Edited from “{one.title}”: {changed}. All else is as there.",
            "policy.source": f"edited on the page of inkspot app, from the policy {one.name}"
            + (f" ({one.source})" if one.source else ""),
        }


def edited(setting: Setting, index: int) -> Edited | None:
    """Return how a world's policy differs from the one that it was edited from; None where no override changes a policy.

    Raises ScenarioError where the setting is wrong.
    """
    setting = without_branch(setting, index)
    arm = setting.arms[index]
    if not any(_is_of_policy(key) for key in arm.overrides):
        return None
    kept = {key: value for key, value in arm.overrides.items() if not _is_of_policy(key)}
    origin = Run(setting.scenario, arm.origin or arm.policy, kept, setting.seed)
    return Edited(setting.runs[index].composed, origin.composed)


def named(setting: Setting) -> Setting:
    """Return a setting in which every edited policy has a name of its own. Raises ScenarioError where it is wrong."""
    for index, arm in enumerate(setting.arms):
        found = edited(setting, index)
        if found is not None:
            overrides = dict(arm.overrides) | found.worded(own_title(found, arm))
            setting = setting.with_arm(index, replace(arm, overrides=overrides))
        if any(key.startswith(POLICY) and key != EXTENDS for key in arm.overrides):
            then = whole(setting, index).arms[index]
            setting = folded(setting, index, named(replace(setting, arms=(then,))).arms[0])
    return setting


def own_title(found: Edited, arm: Arm) -> str:
    """Return the title that somebody gave an edited policy; empty where it has the one that follows from its changes."""
    title = str(arm.overrides.get("policy.title", ""))
    return "" if title == found.title else title


def planned(setting: Setting, index: int, bars: Sequence[Bar]) -> Setting:
    """Return a setting in which bars are the policy of a world; a name that somebody gave it stays.

    Bars that are those of the policy that they were edited from are that policy again. Raises UserError as `plan.check`.
    """
    if is_branch(setting.arms[index]):
        return folded(setting, index, planned(whole(setting, index), index, _later(setting, index, bars)).arms[index])
    arm, scenario = setting.arms[index], setting.runs[index].composed
    before = edited(setting, index)
    title = own_title(before, arm) if before else ""
    origin = arm.origin or (arm.policy or scenario.policy.name)
    laid = replace(arm_of(bars, arm, scenario), origin=origin if origin in list_policies() else "")
    if title:
        laid = replace(laid, overrides=dict(laid.overrides) | {"policy.title": title})
    changed = setting.with_arm(index, laid)
    found = edited(changed, index)
    if found and laid.origin and not (found.changes or title):
        return taken_back(changed, index)
    return named(changed)


def _later(setting: Setting, index: int, bars: Sequence[Bar]) -> list[Bar]:
    """Return the bars of what a branch goes on under: those after its week, and those as they were that began before it."""
    scenario = setting.runs[index].composed
    week = scenario.branch.start if scenario.branch else 0
    cut = {replace(bar, start=max(bar.start, week)): bar for bar in bars_of(scenario.later) if bar.end > week}
    return [cut.get(bar, bar) for bar in bars if bar.end > week]


def renamed(setting: Setting, index: int, title: str) -> Setting:
    """Return a setting in which an edited policy has another title. Raises UserError where it cannot have it."""
    if is_branch(setting.arms[index]):
        return folded(setting, index, renamed(whole(setting, index), index, title).arms[index])
    title = " ".join(title.split())
    if not slug(title):
        raise UserError("a name needs a letter or a digit")
    if len(title) > MOST_TITLE:
        raise UserError(f"a name has at most {MOST_TITLE} characters, this one has {len(title)}")
    others = [run.composed.policy.title for at, run in enumerate(setting.runs) if at != index]
    if title.casefold() in {each.casefold() for each in (*list_policies().values(), *others)}:
        raise UserError(f"another policy is called “{title}”; choose another name")
    arm = setting.arms[index]
    return named(setting.with_arm(index, replace(arm, overrides=dict(arm.overrides) | {"policy.title": title})))


def taken_back(setting: Setting, index: int) -> Setting:
    """Return a setting in which a world has the policy again that its own was edited from."""
    arm = setting.arms[index]
    kept = {key: value for key, value in arm.overrides.items() if not _is_of_policy(key)}
    return setting.with_arm(index, Arm(arm.origin or arm.policy, kept))


def slug(text: str) -> str:
    """Return a text as a part of names and files: lower case, digits, underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:48].strip("_")


def _is_of_policy(key: str) -> bool:
    return key.startswith("policy.")


def _same_place(one: Bar, two: Bar) -> bool:
    return (one.lever, one.target, one.ally, one.when) == (two.lever, two.target, two.ally, two.when)


def _lever(bar: Bar) -> str:
    whose = [part for part in (bar.target, f"by {bar.ally}" if bar.ally else "") if part]
    return words(bar.lever).lower() + (f" ({', '.join(whose)})" if whose else "")


def _phrase(bar: Bar, before: Bar | None, scenario: Scenario) -> str:
    """Say a bar, and what it was before."""
    was = f" (was {_share(before.effort)})" if before and before.effort != bar.effort else ""
    waits = f" once “{bar.when}”" if bar.when else ""
    return f"{_lever(bar)} {_share(bar.effort)}{was}{_period(bar, scenario)}{waits}"


def _share(effort: float) -> str:
    return f"{100 * effort:.3g}%"


def _period(bar: Bar, scenario: Scenario) -> str:
    """Say when a bar acts, by months; nothing where it always does."""
    first, last = day(scenario, bar.start), day(scenario, bar.end - 1)
    start, end = f"{first:%B %Y}", f"{last:%B %Y}"
    if bar.start == 0 and bar.end >= scenario.weeks:
        return ""
    if start == end:
        return f" in {start}"
    if bar.end >= scenario.weeks:
        return f" from {start}"
    return f" until {end}" if bar.start == 0 else f" from {start} to {end}"
