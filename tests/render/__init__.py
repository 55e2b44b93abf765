"""Guards of ``book/render``: Markdown to HTML."""
