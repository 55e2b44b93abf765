"""Why does this build_stable_network not run?"""

from torch import nn

SOURCE = """
def build_stable_network():
    model = nn.Sequential(
        nn.Linear(784, 256),
        nn.init.kaiming_normal_(model[0].weight, mode='fan_in'),
        nn.ReLU(),
        nn.BatchNorm1d(256),
        nn.Linear(256, 10)
    )
    return model
"""
exec(SOURCE)
try:
    globals()["build_stable_network"]()
except UnboundLocalError as error:
    print(f"UnboundLocalError:\n{error}")

# The name repaired: the layer exists before its weight is used.
first = nn.Linear(784, 256)
try:
    nn.Sequential(
        first,
        nn.init.kaiming_normal_(first.weight, mode="fan_in"),
        nn.ReLU(),
        nn.BatchNorm1d(256),
        nn.Linear(256, 10),
    )
except TypeError as error:
    print(f"TypeError:\n{error}")
