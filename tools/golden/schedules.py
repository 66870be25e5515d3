# Golden values of the learning-rate schedules, from PyTorch: the factor (and momentum) at every step.
# Command: python tools/golden/schedules.py   (torch 2.15, numpy 2)
# Writes test/golden/schedules/schedules.json.
import json
import warnings
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore")
STEPS_PER_EPOCH, EPOCHS = 7, 12


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.5)


def along(make, per_epoch=False):
    torch_optimizer = optimizer()
    schedule = make(torch_optimizer)
    rates, momenta = [], []
    for step in range(STEPS_PER_EPOCH * EPOCHS):
        rates.append(torch_optimizer.param_groups[0]["lr"])
        momenta.append(torch_optimizer.param_groups[0]["momentum"])
        torch_optimizer.step()
        if not per_epoch:
            schedule.step()
        elif (step + 1) % STEPS_PER_EPOCH == 0:
            schedule.step()
    return {"rates": rates, "momenta": momenta}


def restarts(first, factor, end):
    torch_optimizer = optimizer()
    schedule = lr_scheduler.CosineAnnealingWarmRestarts(torch_optimizer, T_0=first, T_mult=factor, eta_min=end)
    rates = []
    for step in range(STEPS_PER_EPOCH * EPOCHS):
        schedule.step(step / STEPS_PER_EPOCH)
        rates.append(torch_optimizer.param_groups[0]["lr"])
    return {"rates": rates}


def plateau(scores, mode, **settings):
    torch_optimizer = optimizer()
    schedule = lr_scheduler.ReduceLROnPlateau(torch_optimizer, mode=mode, eps=0, **settings)
    rates = []
    for score in scores:
        rates.append(torch_optimizer.param_groups[0]["lr"])
        schedule.step(score)
    rates.append(torch_optimizer.param_groups[0]["lr"])
    # Ours sees scores of which the higher is the better.
    return {"scores": [score if mode == "max" else -score for score in scores], "rates": rates}


def one_cycle(**settings):
    total = STEPS_PER_EPOCH * EPOCHS
    return along(lambda o: lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=total, **settings))


random = np.random.default_rng(5)
losses = (np.exp(-np.arange(60) / 8) + 0.02 * random.random(60) + 0.1).tolist()
scores = (1 - np.exp(-np.arange(60) / 6) + 0.02 * random.random(60)).round(3).tolist()
document = {
    "stepsPerEpoch": STEPS_PER_EPOCH,
    "epochs": EPOCHS,
    "schedules": [
        {
            "schedule": {"name": "step", "epochs": 3, "factor": 0.3},
            **along(lambda o: lr_scheduler.StepLR(o, step_size=3, gamma=0.3), per_epoch=True),
        },
        {
            "schedule": {"name": "cosine", "end": 0.1},
            **along(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=STEPS_PER_EPOCH * EPOCHS, eta_min=0.1)),
        },
        {"schedule": {"name": "warm-restarts", "epochs": 4}, **restarts(4, 1, 0)},
        {"schedule": {"name": "warm-restarts", "epochs": 1, "factor": 2, "end": 0.05}, **restarts(1, 2, 0.05)},
        {"schedule": {"name": "one-cycle"}, **one_cycle()},
        {
            "schedule": {
                "name": "one-cycle",
                "warmup": 0.45,
                "startDivisor": 10,
                "endDivisor": 1000,
                "momentum": {"high": 0.9, "low": 0.6},
            },
            **one_cycle(pct_start=0.45, div_factor=10, final_div_factor=100, base_momentum=0.6, max_momentum=0.9),
        },
    ],
    "plateaus": [
        {"schedule": {"name": "plateau", "patience": 2}, **plateau(losses, "min", patience=2)},
        {
            "schedule": {"name": "plateau", "factor": 0.5, "patience": 3, "threshold": 0.02, "cooldown": 2, "least": 0.1},
            **plateau(scores, "max", factor=0.5, patience=3, threshold=0.02, cooldown=2, min_lr=0.1),
        },
        {"schedule": {"name": "plateau", "patience": 0, "threshold": 0}, **plateau(losses, "min", patience=0, threshold=0)},
    ],
}
target = Path(__file__).parents[2] / "test/golden/schedules"
target.mkdir(parents=True, exist_ok=True)
(target / "schedules.json").write_text(json.dumps(document) + "\n")
