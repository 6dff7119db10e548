"""The HTTP API: views, serializers and replies, one module a noun."""
