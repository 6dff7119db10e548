"""What a container runs: the command of `docker/entrypoint`, checks before the start, and the health check.

Only the checks import Django. The rest stays in memory, or runs every ten seconds, and needs none.
"""
