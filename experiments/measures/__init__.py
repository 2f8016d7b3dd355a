"""Numbers of a run, and the statistics of paired runs."""
