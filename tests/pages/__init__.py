"""Guards of what authors write: prose, programs, functions to copy."""
