"""From plain files to site and PDF. Imports: model, setup, run, write, render."""
