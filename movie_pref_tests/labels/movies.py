"""Movies and labels to record."""

YES, NO = "would_watch", "would_not_watch"
A, B, C = "tt0000001", "tt0000002", "tt10000003"
