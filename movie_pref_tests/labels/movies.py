"""Movies and labels to record."""

NO, YES, AGAIN = "would_not_watch", "would_watch", "would_watch_again"
A, B, C = "tt0000001", "tt0000002", "tt10000003"
