"""What a model is worth: reports with intervals, gates and promotion, comparisons, beliefs, preference rules, drift.

Belongs here: judging a model on rows that it has not seen. Fitting one is in `model`, ordering movies in `ranking`.
"""
