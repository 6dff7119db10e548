"""What somebody who watches a run gets, over a socket or as server-sent events."""
