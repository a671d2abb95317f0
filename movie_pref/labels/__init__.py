"""What the person said of movies: the label store, which label counts, when it is time to train again, what may be removed.

Belongs here: labels as events and what follows from them. How they are asked for is in `review`.
"""
