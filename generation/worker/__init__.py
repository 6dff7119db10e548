"""What a worker does: takes jobs, writes posts, reports progress, and sweeps up after workers that died."""
