"""What the fork server loads once, so that no snippet waits for it.

The server must stay free of torch operations: a child that is forked after its
parent has started OpenMP threads hangs.
"""

import os

# One thread: two busy OpenMP threads on two cores are slower, and erratic.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "passive"  # where a run asks for two all the same
os.environ["MPLBACKEND"] = "module://book.backend"
os.environ["MATPLOTLIBRC"] = os.path.join(os.path.dirname(__file__), "book.mplstyle")

import torch  # noqa: F401

import book.runner  # noqa: F401
