"""Which steps of preprocessing pool over images, and which over pixels?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images = torch.rand(6, 5, 5) + 0.1
steps = {
    "subtract the mean image": lambda x: x - x.mean(0),
    "standardise each pixel": lambda x: (x - x.mean(0)) / x.std(0),
    "divide each image by its sum": lambda x: x / x.sum((1, 2), True),
    "divide each row by its sum": lambda x: x / x.sum(2, True),
    "set to 0 or 1 at a threshold": lambda x: (x > 0.5) + 0.0,
}
known = [  # of what each makes
    (lambda y: y.sum(0), 0),
    (lambda y: y.square().sum(0), 5),  # n - 1, as x.std has it
    (lambda y: y.sum((1, 2)), 1),
    (lambda y: y.sum(2), 1),
    (lambda y: y - images.round(), 0),
]
print("what pixel (0, 0) of image 0 reacts to:")
for (name, step), (of, value) in zip(steps.items(), known, strict=True):
    assert (of(step(images)) - value).abs().max() < 1e-12
    jacobian = torch.autograd.functional.jacobian(
        lambda x, step=step: step(x)[0, 0, 0], images
    ).abs()
    where = {
        "other images": jacobian[1:],
        "its row": jacobian[0, 0, 1:],
        "its image": jacobian[0, 1:],
    }
    assert sum(part.numel() for part in where.values()) == images.numel() - 1
    found = [key for key, part in where.items() if part.max() > 0]
    print(f"{name:29}", ", ".join(found) or "nothing else")
