"""Policies side by side: what to run, the run, and its evidence, on the same seeds; in other futures too."""
