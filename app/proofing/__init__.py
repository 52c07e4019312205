"""Captures to check results; the only place where thresholds live."""
