"""Mutation testing: the code is changed in a copy, one place at a time, and tests should fail. See `__main__.py`."""
