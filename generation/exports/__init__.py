"""Finished posts in every format in which they can be taken out: one module for each."""
