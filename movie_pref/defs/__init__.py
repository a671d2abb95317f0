"""Everything that imports dagster: assets, checks, jobs, schedules, sensors, resources and how the UI shows them.

Belongs here: declaring and wiring. What is computed is in the rooms below; an asset is a few lines around one of their
functions. Nothing here is imported by them.
"""
