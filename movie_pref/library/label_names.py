"""The labels that a movie can have, from the worst to the best: everything that names one takes it from here."""

WOULD_NOT_WATCH, WOULD_WATCH, WOULD_WATCH_AGAIN = "would_not_watch", "would_watch", "would_watch_again"
LABELS = (WOULD_NOT_WATCH, WOULD_WATCH, WOULD_WATCH_AGAIN)
LIKED = (WOULD_WATCH, WOULD_WATCH_AGAIN)  # what counts as liked; a library need not use the second of them
ONE_OF_LABELS = f"{', '.join(LABELS[:-1])} or {LABELS[-1]}"
LABELS_IN_WORDS = {label: label.replace("_", " ") for label in LABELS}
