"""How fast does weight decay reach its equilibrium if |g~| is constant?"""

import math

lr, decay, on_sphere = 0.1, 1e-4, 3.0


def step(R, V, inner, m):
    """Means of |w|^2, |v|^2 and <w, v>: new gradients, uncorrelated."""
    ahead = m * inner + decay * R  # <w, new v>: g is at a right angle to w
    V = m**2 * V + 2 * m * decay * inner + decay**2 * R + on_sphere**2 / R
    return R - 2 * lr * ahead + lr**2 * V, V, ahead - lr * V


print("momentum   time scale   |w|^4 at the end   steps from tenfold |w|")
for m in (0.0, 0.5, 0.9):
    end = lr * on_sphere**2 * (1 + m) / decay
    end /= (1 - m) * (2 * (1 + m) - lr * decay)  # |w|^4
    speed = 2 * decay * end**0.5 / (lr * (1 + m))  # |v|^2
    rest = end**0.5, speed, -lr * speed / 2
    for new, old in zip(step(*rest, m), rest, strict=True):
        assert abs(new / old - 1) < 1e-12  # it stays there
    time_scale = (1 - m) / (4 * lr * decay)
    near = 8 * lr * decay / (1 - m) ** 2  # 0.8 % of the start, or less
    for start in (0.5 * end, 2 * end, 100 * end):
        state = start**0.5, 0.0, 0.0
        for t in range(1, 4 * round(time_scale) + 1):
            state = step(*state, m)
            theory = (start - end) * math.exp(-t / time_scale)
            assert abs(state[0] ** 2 - end - theory) < near * start
    state, steps = (100 * end**0.5, 0.0, 0.0), 0  # a tenfold norm
    while state[0] ** 2 > (1 + math.exp(-3)) * end:
        state, steps = step(*state, m), steps + 1
    assert abs(steps / ((3 + 4 * math.log(10)) * time_scale) - 1) < 0.005
    print(f"{m:8} {time_scale:12.0f} {end:18.0f} {steps:20}")
print("from 1/2, 2 and 100 times that: exponential, to 0.8 % or better")
R = 1e-6 * (lr * on_sphere**2 / (decay * (2 - lr * decay))) ** 0.5
jump = step(R, 0.0, 0.0, 0.0)[0] ** 2 / (1e6 * R) ** 2
print(f"from 1e-6 of |w|^2 at rest, one step leads to {jump:.0f} times |w|^4")
