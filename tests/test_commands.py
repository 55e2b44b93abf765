"""Guards of what one types: set-up, `python -m book`, `make` and live reload.

A set-up that cannot be done says why in one line; a command shows what differs
and writes it only when it is told to; what is saved under `make serve` is served.
"""

import hashlib
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from book import bootstrap
from book.runner import ROOT

# What pip and venv printed on a file system without room, and without a network.
FULL = """Looking in links: /tmp/tmpq9mswrbo
Processing /tmp/tmpq9mswrbo/setuptools-65.5.0-py3-none-any.whl
Installing collected packages: setuptools, pip
ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
"""
OVER_QUOTA = FULL.replace(
    "[Errno 28] No space left on device", "[Errno 122] Disk quota exceeded"
)
OFFLINE = """WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, \
status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.\
connection.HTTPSConnection object at 0x7f41>: Failed to establish a new connection: \
[Errno -3] Temporary failure in name resolution')': /simple/torch/
ERROR: Could not find a version that satisfies the requirement torch==2.13.0
ERROR: No matching distribution found for torch==2.13.0
"""
UNKNOWN = """Looking in indexes: a
ERROR: Could not find a version that satisfies the requirement torch==99
ERROR: No matching distribution found for torch==99
"""
