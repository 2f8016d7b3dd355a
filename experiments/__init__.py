"""Runs, batches, comparisons, and the `inkspot` command."""
