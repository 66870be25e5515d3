# Golden values of the optimizers: 25 updates of eight values each, from PyTorch. Weight decay, where there is any, applies to the first four.
# Command: python tools/golden/optimizers.py   (torch 2.15, numpy 2)
# Writes test/golden/optimizers/updates.json.
import json
from pathlib import Path

import numpy as np
import torch

RATE = 0.1
optim = torch.optim


def adam(kind, **settings):
    names = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0, "amsgrad": False} | settings
    extra = {} if kind is optim.Adamax else {"amsgrad": names["amsgrad"]}
    return lambda p: kind(p, betas=(names["beta1"], names["beta2"]), eps=names["epsilon"], **extra)


settings = [
    ({"name": "sgd", "momentum": 0}, lambda p: optim.SGD(p)),
    ({"name": "sgd", "momentum": 0, "weightDecay": 0.1}, lambda p: optim.SGD(p)),
    ({"name": "sgd", "momentum": 0.9}, lambda p: optim.SGD(p, momentum=0.9)),
    ({"name": "sgd", "momentum": 0.9, "nesterov": True}, lambda p: optim.SGD(p, momentum=0.9, nesterov=True)),
    (
        {"name": "sgd", "momentum": 0.8, "nesterov": True, "weightDecay": 0.1},
        lambda p: optim.SGD(p, momentum=0.8, nesterov=True),
    ),
    ({"name": "rmsprop", "rho": 0.9, "epsilon": 1e-7}, lambda p: optim.RMSprop(p, alpha=0.9, eps=1e-7)),
    ({"name": "rmsprop", "rho": 0.99, "epsilon": 1e-3}, lambda p: optim.RMSprop(p, alpha=0.99, eps=1e-3)),
    (
        {"name": "rmsprop", "rho": 0.9, "epsilon": 1e-4, "momentum": 0.8},
        lambda p: optim.RMSprop(p, alpha=0.9, eps=1e-4, momentum=0.8),
    ),
    (
        {"name": "rmsprop", "rho": 0.95, "epsilon": 1e-4, "centered": True},
        lambda p: optim.RMSprop(p, alpha=0.95, eps=1e-4, centered=True),
    ),
    (
        {"name": "rmsprop", "rho": 0.95, "epsilon": 1e-4, "centered": True, "momentum": 0.7, "weightDecay": 0.1},
        lambda p: optim.RMSprop(p, alpha=0.95, eps=1e-4, centered=True, momentum=0.7),
    ),
]
for kind, name in [(optim.Adam, "adam"), (optim.AdamW, "adamw"), (optim.Adamax, "adamax")]:
    variants = [{}, {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2}, {"weightDecay": 0.05}]
    if kind is not optim.Adamax:
        variants += [{"amsgrad": True, "beta2": 0.9}, {"amsgrad": True, "weightDecay": 0.1}]
    for variant in variants:
        settings.append(({"name": name, "weightDecay": 0} | variant, adam(kind, **variant)))

random = np.random.default_rng(1)
start = random.normal(size=8)
gradients = random.normal(size=(25, 8)) * np.logspace(-3, 1, 8)


def updates(optimizer, make, schedule=None):
    halves = [torch.nn.Parameter(torch.tensor(half, dtype=torch.float64)) for half in (start[:4], start[4:])]
    decay = optimizer.get("weightDecay", 0)
    groups = [
        {"params": [halves[0]], "weight_decay": decay, "lr": RATE},
        {"params": [halves[1]], "weight_decay": 0, "lr": RATE},
    ]
    torch_optimizer = make(groups)
    scheduler = schedule and schedule(torch_optimizer)
    steps, rates = [], []
    for gradient in gradients:
        for half, part in zip(halves, (gradient[:4], gradient[4:])):
            half.grad = torch.tensor(part, dtype=torch.float64)
        group = torch_optimizer.param_groups[0]
        rates.append([group["lr"], group["betas"][0] if "betas" in group else group.get("momentum", 0)])
        torch_optimizer.step()
        if scheduler:
            scheduler.step()
        steps.append(np.concatenate([half.detach().numpy() for half in halves]).tolist())
    return {"optimizer": optimizer, "steps": steps} | ({"ratesAndMomenta": rates} if scheduler else {})


def one_cycle(torch_optimizer):
    return optim.lr_scheduler.OneCycleLR(
        torch_optimizer, max_lr=RATE, total_steps=len(gradients), base_momentum=0.85, max_momentum=0.95
    )


cases = [updates(optimizer, make) for optimizer, make in settings]
moved = [
    updates({"name": "sgd", "momentum": 0.9, "nesterov": True}, settings[3][1], one_cycle),
    updates({"name": "adam", "beta2": 0.99}, adam(optim.Adam, beta2=0.99), one_cycle),
    updates({"name": "adamw", "beta2": 0.99, "weightDecay": 0.1}, adam(optim.AdamW, beta2=0.99), one_cycle),
    updates({"name": "adamax", "beta2": 0.99}, adam(optim.Adamax, beta2=0.99), one_cycle),
]

target = Path(__file__).parents[2] / "test/golden/optimizers"
target.mkdir(parents=True, exist_ok=True)
document = {
    "learningRate": RATE,
    "start": start.tolist(),
    "gradients": gradients.tolist(),
    "cases": cases,
    "withMovedMomentum": moved,
}
(target / "updates.json").write_text(json.dumps(document) + "\n")
