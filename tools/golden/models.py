# Golden values of whole nets: logits, loss and gradients of one training step in PyTorch, dropout off.
# Weights and inputs are sines of their positions (see `wave`), so that only results are stored.
# Command: python tools/golden/models.py     writes test/golden/models/training-step.json. Needs: pip install torch numpy
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

root = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(root / "bench" / "peers"))
from torch_zoo import nets  # noqa: E402

batch = 3


def wave(shape, seed, size=1.0):
    count = int(torch.tensor(shape).prod())
    return (size * torch.sin(torch.arange(count, dtype=torch.float64) * 1.7 + seed)).reshape(shape)


def case(name):
    make, channels, samples, classes = nets[name]
    model = make(classes).double().train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    for index, parameter in enumerate(model.parameters()):
        fan = parameter[0].numel() if parameter.dim() > 1 else 1
        parameter.data = wave(parameter.shape, index, (2 / fan) ** 0.5) + (1 if parameter.dim() == 1 else 0)
    logits = model(wave((batch, channels, samples), 0.5))
    loss = F.cross_entropy(logits, torch.arange(batch) % classes)
    loss.backward()
    norms = [parameter.grad.norm().item() for parameter in model.parameters()]
    along = [(parameter.grad * wave(parameter.shape, 0.3)).sum().item() for parameter in model.parameters()]
    shapes = [list(parameter.shape) for parameter in model.parameters()]
    shape = {"channels": channels, "samples": samples, "classCount": classes, "batch": batch}
    return {**shape, "logits": logits.flatten().tolist(), "loss": loss.item(), "shapes": shapes, "norms": norms, "along": along}


if __name__ == "__main__":
    names = ["multi-branch-cnn", "conv1d12", "fcn_wang", "resnet1d_wang", "inception1d", "xresnet1d101"]
    target = root / "test" / "golden" / "models" / "training-step.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({name: case(name) for name in names}, separators=(",", ":")) + "\n")
