"""Scenario and policy files: composed (extends, policy, overrides), checked as a whole, frozen."""

from model.scenario.load import (
    Problem,
    ScenarioError,
    check_file,
    json_schema,
    list_policies,
    list_scenarios,
    load_scenario,
    phase_weeks,
    policy_schema,
)
from model.scenario.schema import Policy, Scenario

__all__ = [
    "Policy", "Problem", "Scenario", "ScenarioError", "check_file", "json_schema", "list_policies", "list_scenarios",
    "load_scenario", "phase_weeks", "policy_schema",
]  # fmt: skip
