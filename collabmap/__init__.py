"""CollabMap: a town's people make their own map, offline, and merge it."""

__version__ = "0.1.0"
# The day of the release, UTC, set with the version: a clock that shows an earlier one is wrong.
BUILD_DATE = "2026-11-23"
