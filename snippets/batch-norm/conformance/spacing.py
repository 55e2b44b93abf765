"""How far apart are the float32 numbers near the square of a mean?"""

import torch

for mean in 10.0, 100.0, 1e3, 1e4, 1e5:
    square = torch.tensor(mean**2)
    above = torch.nextafter(square, torch.tensor(torch.inf))
    print(f"mean {mean:6.0f}: multiples of {float(above - square):.2g}")
