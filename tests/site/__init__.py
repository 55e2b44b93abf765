"""The built site in a browser, page by page."""
