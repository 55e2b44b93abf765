"""What lies between batch normalisation and whitening the whole layer?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
units, draws = 128, 20


def whiten(x):
    """Make all singular values of the centred batch equal."""
    U, D, Vh = torch.linalg.svd(x - x.mean(0), full_matrices=False)
    keep = D > 1e-10 * D.max()
    return len(x) ** 0.5 * U[:, keep] @ Vh[keep]


def by_groups(x, g):
    """Whiten full groups of g units, each by itself."""
    return torch.cat(
        [whiten(x[:, k : k + g]) for k in range(0, units - g + 1, g)], 1
    )


def cosines(x_hat, label):
    """Mean cosine of two examples of one class, and of two classes."""
    unit = x_hat / x_hat.norm(dim=1, keepdim=True)
    pairs = torch.tril_indices(len(label), len(label), -1)
    cosine = (unit @ unit.T)[pairs[0], pairs[1]]
    same = label[pairs[0]] == label[pairs[1]]
    return torch.stack([cosine[same].mean(), cosine[~same].mean()])


print("  B   g   g / B   cosine within a class   between   difference")
sizes = [(32, g) for g in (1, 2, 4, 8, 16, 24, 28, 31, 64)]
for B, g in [*sizes, (16, 1), (8, 1), (4, 1)]:
    label, rows = torch.arange(B) % 2, []  # two classes
    for _ in range(draws):
        x = torch.randn(2, units)[label] + torch.randn(B, units)
        x_hat = by_groups(x, g)
        rows.append(cosines(x_hat, label))
        if g == 1:
            bn = batch_norm(x, None, None, training=True, eps=1e-12)
            torch.testing.assert_close(x_hat, bn, rtol=0, atol=1e-8)
        if g >= B - 1:
            gram = x_hat @ x_hat.T / (units // g)
            exact = B * torch.eye(B) - 1
            torch.testing.assert_close(gram, exact, rtol=0, atol=1e-8)
    within, between = torch.stack(rows).mean(0).tolist()
    row = [round(c, 2) + 0.0 for c in (within, between, within - between)]
    print(f"{B:3} {g:3} {g / B:7.2f} {row[0]:14.2f} {row[1]:17.2f}", end="")
    print(f"{row[2]:11.2f}")
