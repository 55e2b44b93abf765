"""Guards of what is read: the naming law."""
