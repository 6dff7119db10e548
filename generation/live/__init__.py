"""What watchers of a run receive, over a socket or as server-sent events."""
