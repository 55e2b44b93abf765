"""NaN: at which normaliser of my network does it begin, and why?"""

import copy
from functools import partial

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def norm_health(model, *inputs, **options):
    """Return for each call: name, stored, largest input, |mean|/s, dtype."""
    net, inputs, options = copy.deepcopy((model, inputs, options))
    rows, kinds = [], _NormBase | nn.GroupNorm | nn.LayerNorm | nn.RMSNorm

    def watch(name, norm, args):
        x = args[0]
        if isinstance(norm, nn.GroupNorm):
            x = x.unflatten(1, (norm.num_groups, -1))
        pool = range(2, x.dim())
        if isinstance(norm, nn.LayerNorm | nn.RMSNorm):
            pool = range(-len(norm.normalized_shape), 0)
        elif isinstance(norm, _BatchNorm):
            pool = [0, *pool]
        var, mean = torch.var_mean(x.double(), list(pool), correction=0)
        ratio = (mean.abs() / (var + (norm.eps or 1e-7)).sqrt()).max().item()
        stored = all(b.isfinite().all().item() for b in norm.buffers())
        dtype = x.dtype
        for kept in *norm.parameters(), *norm.buffers():
            dtype = torch.promote_types(dtype, kept.dtype)
        rows.append((name, stored, x.abs().max().item(), ratio, dtype))

    for name, norm in net.named_modules():
        if isinstance(norm, kinds):
            norm.register_forward_pre_hook(partial(watch, name))
    with torch.no_grad(), torch.random.fork_rng():
        net(*inputs, **options)
    return rows


layers = nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1)
model = nn.Sequential(*layers).float()  # mixed precision is the subject
x = torch.randn(64, 4).float()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def step(x, scale=2.0**10):
    """Take one step in mixed precision; return whether it was skipped."""
    scaler = torch.amp.GradScaler("cpu", init_scale=scale)
    with torch.autocast("cpu", torch.float16):
        loss = (model(x).float() - 1).square().mean()
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() < scale


def report(title, x):
    """Print what the norm gets, and what evaluation gives."""
    with torch.autocast("cpu", torch.float16), torch.no_grad():
        [(_, stored, largest, ratio, dtype)] = norm_health(model, x)
        y = copy.deepcopy(model).eval()(x)
    size = 10 ** len(f"{largest:.0f}") if largest < 65504 else "no"
    numbers = f"{size:>6}{float(f'{ratio:.0g}'):6.0f} {str(dtype)[6:]:7}"
    used = (
        "flat" if (y == y[0]).all() else "ok" if y.isfinite().all() else "NaN"
    )
    print(f"{title:15}{'ok' if stored else 'bad':3}{numbers} {used}")


print("               sto- input |mean|  kept eval")
print("               red  below   /s    in   mode")
assert not step(x)
report("good step", x)
assert step(x, scale=2.0**40)
report("grad overflow", x)
report("inputs + 1,000", x + 1000)
report("large inputs", 1e6 * x)
assert step(1e6 * x)  # one such batch, in training
report("after them", x)
update_bn([x], model)  # reset, and estimated anew
report("update_bn", x)
model.half()
assert model(5000 * x.half()).isfinite().all()  # in training all looks well
report("model.half()", 5000 * x)
model[1].float()
with torch.autocast("cpu", torch.float16):
    update_bn([5000 * x], model)
report("norm.float()", 5000 * x)
