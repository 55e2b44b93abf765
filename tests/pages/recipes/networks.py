"""Networks that no snippet has, and what must hold of whatever looks at them."""

from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def traces(model, given):
    """Return what a look at ``model`` and the tensors ``given`` could change."""
    weights = list(model.parameters())
    tensors = [*model.state_dict().values(), *(p.grad for p in weights)]
    tensors = [*tensors, *given, torch.get_rng_state()]
    parts = [(m.training, len(m._forward_hooks)) for m in model.modules()]
    kept = [None if value is None else value.detach().clone() for value in tensors]
    return kept, parts, [p.requires_grad for p in weights]


@contextmanager
def left_alone(model, *given):
    """Assert that what is done within leaves ``model`` and ``given`` as they were."""
    before = traces(model, given)
    yield
    after = traces(model, given)
    assert after[1:] == before[1:]
    for old, new in zip(before[0], after[0], strict=True):
        assert (old is None) == (new is None)
        assert old is None or torch.equal(old, new)


class Recurrent(nn.Module):
    """A recurrent network whose one norm is called in each step of time."""

    def __init__(self, affine):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6, affine=affine))
        self.back = nn.Linear(6, 6)

    def forward(self, x):
        """Return the last state."""
        h = torch.zeros(len(x), 6)
        for step in x.unbind(1):
            h = torch.tanh(self.inner(step) + self.back(h))
        return h


def dense(affine):
    norms = [nn.BatchNorm1d(7, affine=affine), nn.BatchNorm1d(4, affine=affine)]
    return nn.Sequential(
        nn.Sequential(nn.Linear(6, 7), norms[0], nn.ReLU()),
        nn.Sequential(nn.Linear(7, 4, bias=False), norms[1]),
    )


def convolutional(affine):
    norms = [nn.BatchNorm2d(4, affine=affine), nn.BatchNorm2d(6, affine=affine)]
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), norms[0], nn.ReLU()),
        nn.Sequential(nn.ConvTranspose2d(4, 6, 2, groups=2), norms[1], nn.Flatten()),
        nn.Linear(6 * 81, 3),
    )


def volumes(affine):
    conv = nn.Conv3d(2, 4, 2, groups=2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm3d(4, affine=affine), nn.Flatten())


SHAPES = {
    dense: (6,),
    convolutional: (3, 8, 8),
    Recurrent: (4, 5),
    volumes: (2, 3, 3, 3),
}
NETWORKS = [(make, affine) for make in SHAPES for affine in (True, False)]


def norms_of(model):
    return [m for m in model.modules() if isinstance(m, _BatchNorm)]


def network(make, affine):
    """Return a network with statistics and parameters that are no special ones."""
    model = make(affine)
    for norm in norms_of(model):
        for tensor in (norm.running_mean, norm.running_var, *norm.parameters()):
            tensor.data = 0.5 + torch.rand_like(tensor)
    return model, 1 + 2 * torch.randn(23, *SHAPES[make])


def transformer():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.1, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


class Written(nn.Module):
    """A network that calls its nonlinearities as functions and as methods."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(5, 5)

    def forward(self, x):
        """Return what three functions make of a layer."""
        return nn.functional.relu(self.layer(x).tanh().sigmoid() - 0.5)


# Name: the optimiser of some weights.
OPTIMIZERS = {
    "sgd": lambda w: torch.optim.SGD(w, 0.1, momentum=0.9, weight_decay=0.01),
    "adamw": lambda w: torch.optim.AdamW(w, 0.01),
}

# Name: how it is made, and the shape of one of its examples.
FOUR_KINDS = {
    "dense": (lambda: dense(True), (6,)),
    "convolutional": (lambda: convolutional(True), (3, 8, 8)),
    "recurrent": (lambda: Recurrent(True), (4, 5)),
    "transformer": (transformer, (4, 8)),
}


def of_two_inputs(net, x, other):
    return net(x * other).float().square().mean()


class Two(nn.Module):
    """A network of two inputs that calls one layer twice."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 6)

    def forward(self, x, y):
        """Return what the layer makes of the one, and of that and the other."""
        return self.layer(torch.tanh(self.layer(x)) + y)
