"""From results to plain files that any generator finds. Imports: model, run."""
