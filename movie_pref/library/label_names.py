"""The labels that a movie can have, from the worse to the better: everything that names one takes it from here."""

WOULD_NOT_WATCH, WOULD_WATCH = "would_not_watch", "would_watch"
LABELS = (WOULD_NOT_WATCH, WOULD_WATCH)
LABELS_IN_WORDS = {label: label.replace("_", " ") for label in LABELS}
