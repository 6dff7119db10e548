"""One module for each vendor's API, and what they share: errors, timeouts, HTTP clients, schemas."""
