"""The guide and the reference of the API at `/docs`. Both are made of what the code itself says."""
