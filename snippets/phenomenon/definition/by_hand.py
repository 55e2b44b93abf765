"""Two layers of one weight each take a step: do they help each other?"""

import torch

torch.set_default_dtype(torch.float64)


def loss(w1, w2):
    return (w2 * w1 - 3) ** 2 / 2  # the input is 1, the target 3


print("     change of the output   loss, if there steps")
print("lr    own input cross       none  one   both")
for lr in (0.1, 1.0):
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    before = loss(*w)
    before.backward()
    optimizer.step()
    (w1, w2), d1, d2 = w.tolist(), *(w - 1).tolist()
    assert abs(d2 + d1 + d2 * d1 - (w2 * w1 - 1)) < 1e-12
    print(f"{lr:.1f}  {d2:.2f}  {d1:.2f}  {d2 * d1:.2f}", end="       ")
    print(f"{before:.2f}  {loss(1, w2):.2f}  {loss(w1, w2):5.2f}")
