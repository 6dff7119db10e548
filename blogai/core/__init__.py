"""The floor of the house: what every app may import. Imports nothing of ours."""
