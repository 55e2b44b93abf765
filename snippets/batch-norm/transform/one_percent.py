"""Below which variance is gamma = s wrong by more than one per cent?"""

eps = 1e-5
s2 = eps * 0.99**2 / (1 - 0.99**2)
assert abs(1 - (s2 / (s2 + eps)) ** 0.5 - 0.01) < 1e-12
print(f"s^2 = {s2:.2e}")
