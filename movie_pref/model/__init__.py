"""The model: its boosters and what goes with them, calibration, training, predictions out of fold, the champion's folder.

Belongs here: fitting and keeping. Which grid point to fit is in `search`; what it is worth is in `evaluation`.
"""
