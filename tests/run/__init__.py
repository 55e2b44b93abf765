"""Guards of ``book/run``: processes, cache, figures."""
