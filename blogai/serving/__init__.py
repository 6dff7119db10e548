"""The processes: `serve` with everything in one, `worker`, and the web server under gunicorn."""
