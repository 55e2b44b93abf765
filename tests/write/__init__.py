"""Guards of ``book/write``."""
