"""How many requests a caller may send: GCRA, in Redis for all processes or in the memory of one."""
