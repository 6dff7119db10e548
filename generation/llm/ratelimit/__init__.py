"""Limits the number of model calls a minute over all processes: in Redis, in Postgres, or in memory."""
