"""Scenarios, policies, parameters and maps: data, with `SOURCES.md` for where they come from."""
