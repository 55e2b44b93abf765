"""Is 2/K the largest step that surely lowers a quadratic loss?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
A = torch.randn(5, 5)
A = A @ A.T  # loss w'Aw / 2, gradient Aw
values, vectors = torch.linalg.eigh(A)
K = values[-1]
for c in (0.5, 1.0, 1.99, 2.01):
    worst = -torch.inf
    for w in (*torch.randn(500, 5), vectors[:, -1]):
        G = A @ w
        new = w - c / K * G
        change = new @ A @ new / 2 - w @ A @ w / 2
        assert change <= -(c / K) * (1 - c / 2) * G @ G + 1e-9  # the lemma
        worst = max(worst, (change / (w @ A @ w / 2)).item())
    assert (worst < 0) == (c < 2)
    print(f"lr = {c:<4} / K: worst relative change {worst:+.2f}")
