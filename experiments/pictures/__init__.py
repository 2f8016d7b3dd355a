"""The pictures of the README: `python -m experiments.pictures` draws them anew."""
