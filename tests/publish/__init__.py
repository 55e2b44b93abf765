"""Guards of ``book/publish``: hooks, theme, lab, PDF."""
