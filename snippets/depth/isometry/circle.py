"""What do ten random layers make of a circle of inputs?"""

from math import pi

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
draws, marks = 1001, (1, 3, 10)
angle = torch.linspace(0, 2 * pi, 2001)
circle = torch.stack([angle.cos(), angle.sin()])  # each column: one input

figure, panels = plt.subplots(2, 2, figsize=(4.8, 5.1))
orthogonal, product = torch.eye(2), torch.eye(2).expand(draws, 2, 2)
images = []
print("longest / shortest, median (8 of 10)")
for layer in range(1, 11):
    product = torch.randn(draws, 2, 2) @ product
    orthogonal = torch.nn.init.orthogonal_(torch.empty(2, 2)) @ orthogonal
    if layer in marks:
        ratio, index = torch.linalg.cond(product).sort()
        images.append(product[index[draws // 2]] @ circle)
        print(
            f"{layer:2} Gaussian:   {ratio[draws // 2]:5.0f}  "
            f"({ratio[draws // 10]:.0f} to {ratio[-draws // 10]:.0f})"
        )
images.append(orthogonal @ circle)
length = images[-1].norm(dim=0)
torch.testing.assert_close(length, length * 0 + 1, rtol=0, atol=1e-12)
print(f"10 orthogonal: {length.max() / length.min():5.0f}")

titles = [f"{k} Gaussian layer{'s' * (k > 1)}" for k in marks]
titles += ["10 orthogonal layers"]
for panel, title, image in zip(panels.flat, titles, images, strict=True):
    image = image / image[:, :-1].square().sum(0).mean().sqrt()
    panel.plot(*circle, "k:", lw=1)
    panel.plot(*image, "C0" if "Gauss" in title else "C3--", lw=2)
    panel.set_title(title, fontsize=10)
    panel.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal")
    panel.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
plt.show()
