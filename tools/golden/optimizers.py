# Golden values of the optimizers: five updates of eight values each, from PyTorch.
# Command: python tools/golden/optimizers.py   (torch 2.15, numpy 2)
# Writes test/golden/optimizers/updates.json.
import json
from pathlib import Path

import numpy as np
import torch

settings = [
    ({"name": "sgd", "momentum": 0}, lambda p: torch.optim.SGD(p, lr=0.1)),
    ({"name": "sgd", "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    (
        {"name": "rmsprop", "rho": 0.9, "epsilon": 1e-7},
        lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-7),
    ),
    (
        {"name": "rmsprop", "rho": 0.99, "epsilon": 1e-3},
        lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.99, eps=1e-3),
    ),
    (
        {"name": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.9, 0.999), eps=1e-8),
    ),
    (
        {"name": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2},
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-2),
    ),
    (
        {"name": "adamw", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05},
        lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.05),
    ),
]

random = np.random.default_rng(1)
start = random.normal(size=8)
gradients = random.normal(size=(5, 8)) * np.logspace(-3, 1, 8)
cases = []
for optimizer, make in settings:
    parameter = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    torch_optimizer = make([parameter])
    steps = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        torch_optimizer.step()
        steps.append(parameter.detach().tolist())
    cases.append({"optimizer": optimizer, "steps": steps})

target = Path(__file__).parents[2] / "test/golden/optimizers"
target.mkdir(parents=True, exist_ok=True)
document = {"learningRate": 0.1, "start": start.tolist(), "gradients": gradients.tolist(), "cases": cases}
(target / "updates.json").write_text(json.dumps(document) + "\n")
