"""Checks every hour that the ledger, the runs and Stripe agree, and keeps the counts for /metrics."""
