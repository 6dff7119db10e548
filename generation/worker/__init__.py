"""What a worker does: it takes jobs, writes posts, reports progress and recovers the runs of dead workers."""
