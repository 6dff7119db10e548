"""The pages about plans and usage."""
