"""From Markdown to HTML, for any generator. Imports: model."""
