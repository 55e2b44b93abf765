"""How much do the statistics of a batch fluctuate around the true ones?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
sigma = 3.0  # the population: Gaussian, mean 0, standard deviation 3
sizes = [2, 4, 8, 16, 32, 64, 128]
measured = []
for B in sizes:
    batches = sigma * torch.randn(10_000, B)
    var, mean = torch.var_mean(batches, 1)  # var is unbiased
    measured.append([mean.std() / sigma, var.std() / sigma**2])
    exact = [B**-0.5, (2 / (B - 1)) ** 0.5]
    torch.testing.assert_close(
        torch.tensor(measured[-1]), torch.tensor(exact), rtol=0.05, atol=0
    )
    print(f"B = {B:3}: sd of the mean / sigma {exact[0]:.3f}, ", end="")
    print(f"sd of the variance / sigma^2 {exact[1]:.3f}")
print("10,000 batches of each size agree with each number to 5 %")

B = torch.logspace(0.25, 2.2, 100)
mean_sd, var_sd = torch.tensor(measured).T
fig, ax = plt.subplots()
ax.loglog(B, (2 / (B - 1)) ** 0.5, "k--", label=r"$(2/(B-1))^{1/2}$")
ax.loglog(sizes, var_sd, "C4o", label=r"sd of the variance / $\sigma^2$")
ax.loglog(B, B**-0.5, "k-", label=r"$B^{-1/2}$")
ax.loglog(sizes, mean_sd, "C3s", label=r"sd of the mean / $\sigma$")
ax.set(xlabel="batch size $B$", ylabel="relative fluctuation")
ax.set_xticks(sizes, sizes)
ax.set_yticks([0.1, 0.2, 0.5, 1, 2], [0.1, 0.2, 0.5, 1, 2])
ax.minorticks_off()
ax.legend()
plt.show()
