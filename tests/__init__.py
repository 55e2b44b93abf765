"""The checks of the book: `make test`."""
