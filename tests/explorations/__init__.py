"""Guards of what can be explored: its numbers are those of torch or a closed form."""
