"""A branch on the page: the second world is the first up to a week, and goes on under another policy or other values.

A setting says it by overrides of the second arm, `branch.start`, `branch.policy.extends`, `branch.territory.growth` ...; all
else of that arm is the first arm's, whatever becomes of that. So link, files, commands and undo know it without being told.
"""

from dataclasses import replace
from typing import Any

from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError

BRANCH, START, POLICY, EXTENDS = "branch.", "branch.start", "branch.policy.", "branch.policy.extends"


def is_branch(arm: Arm) -> bool:
    """Whether an arm goes on otherwise from a week on."""
    return START in arm.overrides


def branched(setting: Setting, week: int, policy: str | None) -> Setting:
    """Return a setting whose second world is the first up to a week, then goes on under a policy (None: the same).

    Raises UserError where the first world is a branch itself, or ends in that week.
    """
    first = setting.arms[0]
    if is_branch(first):
        raise UserError(
            "the first world is a branch already, and a run can change its course once: choose its policy anew first"
        )
    weeks = int(setting.runs[0].composed.weeks)
    if week >= weeks:
        raise UserError("the run ends in this week: go back to an earlier one, then branch from there")
    then = {START: week} | ({EXTENDS: policy} if policy else {})
    return setting.with_arm(1, Arm(first.policy, dict(first.overrides) | then, first.origin))


def rebased(setting: Setting) -> Setting:
    """Return a setting in which the past of a branch is that of the first world, as it is now."""
    if len(setting.arms) < 2 or not is_branch(setting.arms[1]) or is_branch(setting.arms[0]):
        return setting
    first, second = setting.arms
    return setting.with_arm(
        1,
        replace(second, policy=first.policy, overrides=dict(first.overrides) | _of_branch(second), origin=first.origin),
    )


def key_in(arm: Arm, key: str) -> str:
    """Return the key by which a value is changed in one world only: in a branch, from its week on."""
    return BRANCH + key if is_branch(arm) and not key.startswith(BRANCH) else key


def without_branch(setting: Setting, index: int) -> Setting:
    """Return a setting in which a world does not branch."""
    arm = setting.arms[index]
    kept = {key: value for key, value in arm.overrides.items() if not key.startswith(BRANCH)}
    return setting.with_arm(index, replace(arm, overrides=kept, later=""))


def whole(setting: Setting, index: int) -> Setting:
    """Return a setting in which the policy that a branch goes on under is that of the whole run; others as they are."""
    arm = setting.arms[index]
    if not is_branch(arm):
        return setting
    plan = {key.removeprefix(BRANCH): value for key, value in arm.overrides.items() if key.startswith(POLICY)}
    policy = plan.pop("policy.extends", None)
    kept = {key: value for key, value in arm.overrides.items() if not key.startswith(BRANCH)}
    if policy is None and not plan:
        return setting.with_arm(index, replace(arm, overrides=kept, later=""))
    kept = {key: value for key, value in kept.items() if not key.startswith("policy.")}
    return setting.with_arm(index, Arm(policy or arm.policy, kept | plan, arm.later))


def folded(setting: Setting, index: int, plan: Arm) -> Setting:
    """Return a setting in which a branch goes on under the policy of `plan`: the way back from `whole`."""
    arm = setting.arms[index]
    kept = {key: value for key, value in arm.overrides.items() if not key.startswith(POLICY)}
    then: dict[str, Any] = {EXTENDS: plan.policy} if plan.policy else {}
    then |= {BRANCH + key: value for key, value in plan.overrides.items() if key.startswith("policy.")}
    return setting.with_arm(index, replace(arm, overrides=kept | then, later=plan.origin))


def _of_branch(arm: Arm) -> dict[str, Any]:
    return {key: value for key, value in arm.overrides.items() if key.startswith(BRANCH)}
