"""The map canvas."""
