"""Each recipe is tried in float64, from the same random numbers."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _double():
    kept = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(kept)
