"""The help pages: articles as Markdown files, and the search among them. They need no database."""
