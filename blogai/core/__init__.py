"""What every app may import. This package imports none of our own code."""
