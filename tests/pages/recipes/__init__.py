"""Guards of the recipes: what one copies into a network of one's own works there.

Each is taken from the source of its snippet and run on networks that the snippet does
not have: convolutional, dense, recurrent, and a Transformer, which has no batch norm
and must come out as it went in. Altered where it could be wrong, it is found to be.
"""
