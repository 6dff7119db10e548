"""The pages: views and forms, one module a noun."""
