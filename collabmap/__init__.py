"""CollabMap: a town's people make their own map, offline, and merge it."""

__version__ = "0.1.0"
