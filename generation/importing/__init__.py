"""A file becomes a new post: Markdown, a web page or a Word document, without a model and a run."""
