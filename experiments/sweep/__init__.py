"""Batch experiments from a design file: points, runs, stopping, cost, results."""
