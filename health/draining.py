"""Whether this process is about to stop: who runs the server sets it, /health/ready tells the balancer."""

from threading import Event

begun = Event()
