"""What do the training points say of a region that they never visit?"""

import numpy as np

x = (np.arange(200_000) + 0.5) / 100_000  # test: uniform on (0, 2)
seen = x < 1  # train: uniform on (0, 1)

weight = np.full(seen.sum(), 0.5)  # test density / train density
print(f"mean weight over the training points: {weight.mean():.2f}")

truth_a = x**2
truth_b = np.where(seen, x**2, 1.0)
assert (truth_a[seen] == truth_b[seen]).all()

bound = ((truth_a - truth_b) ** 2).mean() / 4
print(f"no predictor does better on both truths than {bound:.4f}")
worst = []
for name, guess in (
    ("truth A", truth_a),
    ("truth B", truth_b),
    ("half-way", (truth_a + truth_b) / 2),
):
    errors = [((guess - truth) ** 2).mean() for truth in (truth_a, truth_b)]
    worst.append(max(errors))
    print(
        f"predict {name:8s}: test MSE {errors[0]:.4f} if A is true, ", end=""
    )
    print(f"{errors[1]:.4f} if B is")
assert abs(min(worst) - bound) < 1e-12  # half-way reaches it
assert abs(bound - 19 / 60) < 1e-9
