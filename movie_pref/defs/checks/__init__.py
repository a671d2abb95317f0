"""Thresholds as asset checks, in the modules of the assets they belong to. Each shows its value and its threshold."""
