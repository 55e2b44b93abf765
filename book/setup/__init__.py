"""What a machine needs: packages, a browser, Java. Imports: nothing of the book."""
