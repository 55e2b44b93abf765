"""What are the mean activation and gradient of a sigmoid under a shift?"""

import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(0)

node, mass = np.polynomial.hermite_e.hermegauss(200)  # for E over N(0, 1)
node, mass = torch.tensor(node), torch.tensor(mass / mass.sum())


def demonstrate_saturation():
    """Show how a distribution shift can cause saturation."""
    sigmoid = nn.Sigmoid()
    for name, mu in (("Normal", 0.0), ("Shifted", 5.0)):
        x = torch.randn(1000) * 1.0 + mu
        y = sigmoid(x)
        grad = y * (1 - y)  # derivative of the sigmoid

        y_exact = sigmoid(node + mu)
        mean_y = mass @ y_exact
        mean_grad = mass @ (y_exact * (1 - y_exact))
        point = sigmoid(torch.tensor(mu, dtype=torch.float64))

        print(f"{name} distribution:     sample     exact   at the mean")
        print(f"  Mean activation:   {y.mean():8.4f}  ", end="")
        print(f"{mean_y:8.6f}  {point:10.6f}")
        print(f"  Mean gradient:     {grad.mean():8.4f}  ", end="")
        print(f"{mean_grad:8.6f}  {point * (1 - point):10.6f}")
        found.extend([mean_y, mean_grad])


found = []
demonstrate_saturation()

# The same integrals by the trapezium rule.
z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)
density = torch.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
check = []
for mu in (0.0, 5.0):
    y = torch.sigmoid(z + mu)
    check += [density @ y, density @ (y * (1 - y))]
torch.testing.assert_close(
    torch.stack(found), torch.stack(check), rtol=0, atol=1e-12
)
print(f"ratio of the exact mean gradients: {found[1] / found[3]:.2f}")
