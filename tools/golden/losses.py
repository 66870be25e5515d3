# Golden values of the losses and of their gradients with respect to the outputs, from PyTorch.
# Command: python tools/golden/losses.py   (torch 2.15, numpy 2)
# Writes test/golden/losses/losses.json.
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(3)
ROWS, CLASSES = 9, 4
logits = random.normal(size=(ROWS, CLASSES)) * 3
logits[2] = [0, 0, 0, 0]
logits[3] = [60, -60, 5, 0]
labels = random.integers(0, CLASSES, ROWS)
one_hot = np.eye(CLASSES)[labels]
soft = random.dirichlet(np.ones(CLASSES), ROWS)
several = (random.random((ROWS, CLASSES)) < 0.4).astype(float)
shares = random.random((ROWS, CLASSES))
class_weights = np.array([0.5, 2.0, 1.0, 3.0])
positive_weights = np.array([1.0, 4.0, 0.5, 2.0])

cases = []


def case(name, loss, function, targets, weights=None, positive=None, divided=ROWS):
    """function(x, y) → the sum over rows; divided: what a batch's loss is divided by."""
    x = torch.tensor(logits, requires_grad=True)
    y = torch.tensor(targets)
    value = function(x, y) / divided
    value.backward()
    cases.append(
        {
            "name": name,
            "loss": loss,
            "targets": targets.tolist(),
            "classWeights": (np.ones(CLASSES) if weights is None else weights).tolist(),
            "positiveWeights": (np.ones(CLASSES) if positive is None else positive).tolist(),
            "value": value.item(),
            "gradient": x.grad.tolist(),
        }
    )


w = torch.tensor(class_weights)
hard = torch.tensor(labels)
plain = {"name": "cross-entropy"}
case("cross-entropy", plain, lambda x, y: F.cross_entropy(x, hard) * ROWS, one_hot)
case("cross-entropy, weights", plain, lambda x, y: F.cross_entropy(x, hard, w) * ROWS, one_hot, class_weights)
case("cross-entropy, soft", plain, lambda x, y: F.cross_entropy(x, y) * ROWS, soft)
case(
    "cross-entropy, soft, weights",
    plain,
    lambda x, y: F.cross_entropy(x, y, w) * ROWS,
    soft,
    class_weights,
    divided=float((soft * class_weights).sum()),
)
for smoothing in (0.1, 0.3):
    settings = {"name": "cross-entropy", "labelSmoothing": smoothing}
    name = f"cross-entropy, smoothing {smoothing}"
    case(name, settings, lambda x, y: F.cross_entropy(x, hard, label_smoothing=smoothing) * ROWS, one_hot)
    case(
        f"{name}, weights",
        settings,
        lambda x, y: F.cross_entropy(x, hard, w, label_smoothing=smoothing) * ROWS,
        one_hot,
        class_weights,
    )
    case(f"{name}, soft", settings, lambda x, y: F.cross_entropy(x, y, label_smoothing=smoothing) * ROWS, soft)

binary = {"name": "binary-cross-entropy"}
bce = F.binary_cross_entropy_with_logits
pw = torch.tensor(positive_weights)
for what, targets in (("one", one_hot), ("several", several), ("soft", shares)):
    case(f"binary, {what}", binary, lambda x, y: bce(x, y) * ROWS, targets)
    case(
        f"binary, {what}, positive weights",
        binary,
        lambda x, y: bce(x, y, weight=w, pos_weight=pw) * ROWS,
        targets,
        class_weights,
        positive_weights,
    )


def focal_softmax(x, y, gamma, weights=1.0):
    logarithm = F.log_softmax(x, -1)
    return -(weights * y * (1 - logarithm.exp()).clamp(min=1e-6) ** gamma * logarithm).sum()


def focal_sigmoid(x, y, gamma, alpha=None):
    """Hard targets as in Lin et al. 2017, equation 5: −α_t (1 − p_t)^γ log p_t."""
    # (1 − p_t)^γ through its logarithm, which keeps its slope where p_t rounds to 1.
    each = bce(x, y, reduction="none") * (gamma * F.logsigmoid(x * (1 - 2 * y))).exp()
    if alpha is not None:
        each = each * (alpha * y + (1 - alpha) * (1 - y))
    return each.mean(-1).sum()


for gamma in (0, 0.5, 1, 2):
    settings = {"name": "focal", "gamma": gamma}
    case(f"focal, gamma {gamma}", settings, lambda x, y: focal_softmax(x, y, gamma), one_hot)
    case(f"focal, gamma {gamma}, soft", settings, lambda x, y: focal_softmax(x, y, gamma, w), soft, class_weights)
    settings = {**settings, "form": "sigmoid"}
    case(f"focal sigmoid, gamma {gamma}", settings, lambda x, y: focal_sigmoid(x, y, gamma), several)
    case(
        f"focal sigmoid, gamma {gamma}, alpha",
        {**settings, "alpha": 0.25},
        lambda x, y: focal_sigmoid(x, y, gamma, 0.25),
        several,
    )
case("focal, gamma 0 is cross-entropy", {"name": "focal", "gamma": 0}, lambda x, y: F.cross_entropy(x, hard) * ROWS, one_hot)

for what, targets in (("one", one_hot), ("soft", soft)):
    batch_weights = 1 - targets.mean(0) + 1e-3
    case(
        f"batch-weighted, {what}",
        {"name": "batch-weighted", "epsilon": 1e-3},
        lambda x, y: F.cross_entropy(x, y, torch.tensor(batch_weights), reduction="sum"),
        targets,
        batch_weights,
    )

for of, link in (("identity", lambda x: x), ("softmax", lambda x: x.softmax(-1)), ("sigmoid", torch.sigmoid)):
    settings = {"name": "squared-error", "of": of}
    case(f"squared error of {of}", settings, lambda x, y: F.mse_loss(link(x), y) * ROWS, shares)

target = Path(__file__).parents[2] / "test/golden/losses"
target.mkdir(parents=True, exist_ok=True)
(target / "losses.json").write_text(json.dumps({"logits": logits.tolist(), "cases": cases}) + "\n")
