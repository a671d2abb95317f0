"""Figures of merit as pure functions of arrays: scores, calibration error, log-odds, paired differences.

Belongs here: formulas, with their sources. They know nothing of movies, models or files.
"""
