"""Whether this process is draining: set by the server before it stops, reported by /health/ready."""

from threading import Event

begun = Event()
