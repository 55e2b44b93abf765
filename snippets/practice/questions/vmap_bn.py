"""Does batch normalisation work under vmap, jacrev and grad?"""

import torch
from torch import func, nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
net = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Tanh())
x = torch.randn(8, 4)


def attempt(name, function):
    try:
        print(f"{name}: a tensor {tuple(function().shape)}")
    except (RuntimeError, ValueError) as error:
        print(f"{name}: {str(error)[:36]} ...")


def jacobians():  # of each row by itself, as a batch of one
    return func.vmap(func.jacrev(lambda row: net(row[None])[0]))(x)


def gradient():
    def loss(parameters):
        return func.functional_call(net, parameters, (x,)).square().sum()

    return func.grad(loss)(dict(net.named_parameters()))["0.weight"]


attempt("training, grad", gradient)
attempt("training, vmap(jacrev)", jacobians)
net.eval()
attempt("evaluation, vmap(jacrev)", jacobians)
full = func.jacrev(net)(x).movedim(2, 1)  # row against row
assert full[~torch.eye(8, dtype=bool)].abs().max() == 0  # none sees another
net.train()
func.replace_all_batch_norm_modules_(net)  # takes the statistics away
attempt("no running statistics, grad", gradient)
attempt("no running statistics, vmap(jacrev)", jacobians)
