"""Telling programs and people that a run has ended: by signed callback, and by mail."""
