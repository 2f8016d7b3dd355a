"""The map: cells, neighbours, countries, people, distances; static, read-only, shared by all runs of a process."""

from model.theatre.map import Theatre, border_lines, load_theatre, region_countries, theatre_places

__all__ = ["Theatre", "border_lines", "load_theatre", "region_countries", "theatre_places"]
