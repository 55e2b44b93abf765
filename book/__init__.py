"""The machinery of the book: it runs snippets and hands plain files to MkDocs."""
