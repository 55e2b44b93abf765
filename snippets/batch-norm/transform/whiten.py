"""What does whitening leave of a batch smaller than its layer?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
units = 16
mixing = torch.randn(units, units)


def whiten(x):
    """Rotate, rescale and rotate back: unit variances, no correlation."""
    x = x - x.mean(0)
    values, vectors = torch.linalg.eigh(x.T @ x / len(x))
    keep = values > 1e-9 * values.max()
    return x @ (vectors[:, keep] / values[keep].sqrt()) @ vectors[:, keep].T


def angle_cosines(x_hat):
    """Return the spread of the cosines between two examples."""
    x_hat = x_hat / x_hat.norm(dim=1, keepdim=True)
    pairs = torch.tril_indices(len(x_hat), len(x_hat), -1)
    return (x_hat @ x_hat.T)[pairs[0], pairs[1]].std().item()


for B in 256, 12:
    x = torch.randn(B, units) @ mixing + 3
    white = whiten(x)
    bn = batch_norm(x, None, None, training=True)
    covariance = white.T @ white / B
    if B > units:
        torch.testing.assert_close(
            covariance, torch.eye(units), rtol=0, atol=1e-10
        )
    else:  # B times the projection orthogonal to (1, ..., 1)
        exact = B * torch.eye(B) - 1
        torch.testing.assert_close(white @ white.T, exact, rtol=0, atol=1e-8)
    print(f"B = {B:3}: spread of cos(angle of two examples): ", end="")
    print(f"BN {angle_cosines(bn):.2f}, whitened {angle_cosines(white):.2f}")
