"""The four kinds of agents: they decide; their numbers are rows of the state's arrays."""
