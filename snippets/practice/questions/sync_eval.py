"""What is SyncBatchNorm in evaluation, on one process, without a GPU?"""

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
for _ in range(10):
    net(torch.randn(16, 4))
x = torch.randn(5, 4)
plain = net.eval()(x)
sync = nn.SyncBatchNorm.convert_sync_batchnorm(net)
torch.testing.assert_close(sync.eval()(x), plain, rtol=0, atol=0)
print("evaluation: the same as BatchNorm1d, no process group is asked")
for size in 5, 1:
    try:
        sync.train()(torch.randn(size, 4))
        print(f"training, {size} rows: no error")
    except (ValueError, RuntimeError) as error:
        print(f"training, {size} rows:", str(error).split(",")[0])
