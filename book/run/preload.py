"""What the fork server loads once, so that no snippet waits for it.

The server must stay free of torch operations: a child that is forked after its
parent has started OpenMP threads hangs.
"""

import atexit
import gc
import os
import sys

# Imports make much and drop little: without collections they take a fifth less.
# Each child turns them on again; see child.py.
gc.disable()
# One thread: two busy OpenMP threads on two cores are slower, and erratic.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "passive"  # where a run asks for two all the same
os.environ["MPLBACKEND"] = "module://book.run.figure"
os.environ["MATPLOTLIBRC"] = os.path.join(os.path.dirname(__file__), "book.mplstyle")

import torch  # noqa: F401

import book.run.child  # noqa: F401

# Where a snippet finds what it imports: not in the book.
PATH = [p for p in sys.path if p and not os.path.isdir(os.path.join(p, "book"))]

# At its end the server has nothing to put in order, and taking torch down takes
# most of a second, for which whoever reads its output would wait.
atexit.register(os._exit, 0)
