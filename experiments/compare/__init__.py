"""Policies side by side: the same seeds, paired differences, regret, one report."""
