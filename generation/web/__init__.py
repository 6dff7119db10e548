"""The pages: views and forms, one module for each noun."""
