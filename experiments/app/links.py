"""Links to the page as it is: what differs from the start and nothing else, in words that can be read.

    ?week=40&policy_b=core_only&territory.growth=0.4
    ?scenario=synthetic_plane&seed=7&edited=sever_links&bars=strike_core:0-10:50,sever_links:5-20:50

A changed value stands once where both worlds have it, with `a.` or `b.` where only one has. A plan of the policy desk is a
list of lever:from-until:percent (weeks). What these forms cannot say stands as `set=key=value`, as in older links, which
still open. A link names shipped scenarios and policies only: a path in it would have the server read a file for a stranger.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from experiments.app.branching import BRANCH, EXTENDS, is_branch, rebased
from experiments.app.plan import Bar, bars_of
from experiments.app.plan_names import edited, own_title, planned, renamed
from experiments.app.setting import BASELINE, MOST_PLANS, Arm, Setting
from experiments.batch.errors import UserError
from experiments.batch.settings import parse_settings, write_value
from model.scenario import ScenarioError, list_policies, list_scenarios
from model.scenario.problems import few, nearest

MOST_SEED, MOST_WEEK, MOST_TEXT = 2**31 - 1, 2600, 20_000
LOOKS = ("view", "panel", "charts", "judged", "upload")  # what is looked at, not what is set: see `place.py`
KEYS = (
    "scenario", "seed", "week", "policy", "set", "edited", "then", "bars", "title", "plan",
    "policy_b", "set_b", "edited_b", "then_b", "bars_b", "title_b", *LOOKS,
)  # fmt: skip
SAFE = ":,.-_~/*"  # in a value: they need no escape in an address
BRANCH_POLICY = "branch.policy"
SUFFIXES, SIDES = ("", "_b"), ("a.", "b.")
Pairs = list[tuple[str, str]]


def link(setting: Setting, week: int = 0) -> str:
    """Return the query of a link that `read_link` reads back to the same setting and week; empty for the start."""
    pairs = [("scenario", setting.scenario)] if setting.scenario != BASELINE else []
    pairs += [("seed", str(setting.seed))] if setting.seed else []
    pairs += [("week", str(week))] if week else []
    plans = [("plan", urlencode(_pairs(arm))) for arm in setting.plans]
    return written([*pairs, *_arms(setting), *plans])


def _pairs(arm: Arm) -> Pairs:
    """Return a plan of the page Compare as keys and values, which a link holds as a link of its own."""
    pairs = [("policy", arm.policy)] if arm.policy is not None else []
    pairs += [("edited", arm.origin)] if arm.origin else []
    pairs += [("then", arm.later)] if arm.later else []
    return pairs + [("set", f"{key}={write_value(value)}") for key, value in arm.overrides.items()]


def written(pairs: Pairs) -> str:
    """Return a query of keys and values."""
    return "&".join(f"{quote(key, safe=SAFE)}={quote(value, safe=SAFE)}" for key, value in pairs)


@lru_cache(64)
def _arms(setting: Setting) -> Pairs:
    """Return what a link says of the arms; plans are read back to see that they are the same."""
    pairs: Pairs = []
    left: list[dict[str, Any]] = []
    for index, (suffix, arm) in enumerate(zip(SUFFIXES, setting.arms, strict=False)):
        if index and is_branch(arm) and _same_arms(rebased(setting), setting):  # its past is the first arm's
            left.append({key: value for key, value in arm.overrides.items() if key.startswith(BRANCH)})
            pairs += [(f"then{suffix}", arm.later)] if arm.later else []
            continue
        plan = _desk(setting, index, suffix)
        overrides = {key: value for key, value in arm.overrides.items() if not (plan and key.startswith("policy."))}
        if not plan and (arm.policy is not None or suffix):
            pairs.append((f"policy{suffix}", arm.policy or ""))
        pairs += plan or ([(f"edited{suffix}", arm.origin)] if arm.origin else [])
        pairs += [(f"then{suffix}", arm.later)] if arm.later else []
        left.append(overrides)
    both = {key for key in left[0] if len(left) > 1 and key in left[1] and _same(left[0][key], left[1][key])}
    for side, suffix, overrides in zip(SIDES, SUFFIXES, left, strict=False):
        for key, value in overrides.items():
            if "." not in key:
                pairs.append((f"set{suffix}", f"{key}={write_value(value)}"))
            elif key not in both:
                pairs.append((f"{side}{key}" if len(left) > 1 else key, write_value(value)))
            elif side == SIDES[0]:
                pairs.append((key, write_value(value)))
    return pairs


def _same_arms(one: Setting, two: Setting) -> bool:
    return one == two and [arm.overrides for arm in one.arms] == [arm.overrides for arm in two.arms]


def _same(one: Any, two: Any) -> bool:
    return type(one) is type(two) and bool(one == two)


def _desk(setting: Setting, index: int, suffix: str) -> Pairs:
    """Return how a plan of the policy desk is said in short; nothing where an arm is no plan or more than a plan."""
    arm = setting.arms[index]
    found = edited(setting, index) if arm.origin else None
    if found is None:
        return []
    bars = ",".join(_bar_text(bar) for bar in bars_of(found.scenario))
    pairs = [(f"edited{suffix}", arm.origin), (f"bars{suffix}", bars)]
    title = own_title(found, arm)
    pairs += [(f"title{suffix}", title)] if title else []
    kept = {key: value for key, value in arm.overrides.items() if not key.startswith("policy.")}
    try:
        again = _planned(setting.with_arm(index, Arm(arm.origin, kept)), index, bars, title)
    except (UserError, ScenarioError):
        return []
    return pairs if again.arms[index] == arm and again.arms[index].overrides == arm.overrides else []


def _bar_text(bar: Bar) -> str:
    place = f"@{bar.target}" if bar.target else ""
    ally = f"~{bar.ally}" if bar.ally else ""
    return f"{bar.lever}{place}{ally}:{bar.start}-{bar.end}:{100 * bar.effort:.10g}"


def _bar(text: str) -> Bar:
    try:
        what, weeks, effort = text.split(":")
        start, end = weeks.split("-")
        what, _, ally = what.partition("~")
        lever, _, target = what.partition("@")
        return Bar(lever, int(start), int(end), round(float(effort) / 100, 12), target, ally)
    except ValueError as error:
        raise UserError(
            f"the link's bars must be lever:from-until:percent, as in strike_core:0-10:50, got {text[:60]!r}"
        ) from error


def _planned(setting: Setting, index: int, bars: str, title: str) -> Setting:
    setting = planned(setting, index, [_bar(text) for text in bars.split(",") if text])
    return renamed(setting, index, title) if title else setting


def read_link(query: str) -> tuple[Setting, int]:
    """Return the setting and week of a link's query; an empty one is the baseline in week 0.

    Raises UserError that says what is wrong with it, or ScenarioError where its plan does not fit the scenario.
    """
    found = read_query(query)
    one = {key: values[0] for key, values in found.items()}
    scenario = _name("scenario", one.get("scenario", BASELINE), list_scenarios())
    seed, week = _number("seed", one.get("seed", "0"), MOST_SEED), _number("week", one.get("week", "0"), MOST_WEEK)
    second = any(f"{key}_b" in found for key in ("policy", "set", "bars", "then")) or any(
        key.startswith("b.") for key in found
    )
    arms = [_arm(found, suffix, side) for suffix, side in zip(SUFFIXES[: 1 + second], SIDES, strict=False)]
    plans = (parse_qs(text, keep_blank_values=True, max_num_fields=500) for text in found.get("plan", [])[:MOST_PLANS])
    setting = Setting(scenario, seed, tuple(arms), tuple(_arm(plan, "", "") for plan in plans))
    for index, suffix in enumerate(SUFFIXES[: len(arms)]):
        if f"bars{suffix}" in one:
            setting = setting.with_arm(index, replace(arms[index], policy=arms[index].origin or None, origin=""))
            setting = _planned(setting, index, one[f"bars{suffix}"], one.get(f"title{suffix}", ""))
    return rebased(setting), week


def read_query(query: str) -> dict[str, list[str]]:
    """Return the values of each key of a query. Raises UserError for a damaged query and for unknown keys."""
    if len(query) > MOST_TEXT:
        raise UserError(f"the link is too long: {len(query):,} characters, at most {MOST_TEXT:,} are read")
    try:
        found = parse_qs(query.lstrip("?"), keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError as error:
        raise UserError("the link is damaged: it cannot be read as key=value pairs") from error
    for key in found:
        if key not in KEYS and "." not in key:
            close = nearest(key, KEYS)
            hint = f"did you mean `{close}`?" if close else f"known: {few(KEYS)}"
            raise UserError(f"the link has an unknown key `{key[:40]}`; {hint}")
    return found


def _arm(found: Mapping[str, list[str]], suffix: str, side: str) -> Arm:
    """Return one arm of a link, without its plan."""
    policy, origin, later = (
        _name("policy", each, list_policies()) if each else ""
        for each in (found.get(f"{key}{suffix}", [""])[0] for key in ("policy", "edited", "then"))
    )
    settings = list(found.get(f"set{suffix}", []))
    for key, values in found.items():
        if "." in key and not key.startswith(SIDES):
            settings.append(f"{key}={values[0]}")
        elif side and key.startswith(side):
            settings.append(f"{key.removeprefix(side)}={values[0]}")
    try:
        overrides = parse_settings(settings)
    except UserError as error:
        raise UserError(f"the link is damaged: {str(error).replace('--set', '`set`')}") from error
    for key in (BRANCH_POLICY, EXTENDS):
        names = overrides.get(key, [])
        for each in names if isinstance(names, list) else [names]:
            _name("policy", str(each), list_policies())
    if isinstance(overrides.get("branch"), dict) or isinstance(overrides.get(BRANCH_POLICY), dict):
        raise UserError("the link is damaged: it names a branch as a whole; write `branch.start=30`")
    return Arm(policy or None, overrides, origin, later)


def _name(key: str, name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return name
    close = nearest(name, names)
    hint = f"did you mean `{close}`?" if close else f"there are {few(names)}"
    raise UserError(f"the link names a {key} that is not shipped, `{name[:60]}`; {hint}")


def _number(key: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most):
        raise UserError(f"the link's `{key}` must be a whole number from 0 to {most}, got {text[:40]!r}")
    return int(text)
