"""The window of measurements: chart, table, and tables that are taken in."""
