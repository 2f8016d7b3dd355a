"""A map of another part of the world, built from countries and a population raster that a user has."""

from experiments.theatres.build import Asked, build_map
from experiments.theatres.starter import starter

__all__ = ["Asked", "build_map", "starter"]
