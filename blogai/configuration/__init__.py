"""Whether an installation is configured as it should be, and which variables there are.

Nothing here that runs before the settings imports Django: `spelling`.
"""
