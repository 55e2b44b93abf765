"""From programs to what they print and draw. Imports: nothing of the book."""
