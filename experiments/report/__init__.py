"""Figures, maps, charts and tables, and a run told in words."""
