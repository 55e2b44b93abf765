"""Guards of the commands, and of the house: what a machine needs, who imports whom."""
