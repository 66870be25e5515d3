# PTB-XL's superdiagnostic task in PyTorch, by the recipe of Strodthoff et al. (2020) as ptbxl-super-<net> has it, on the same
# recordings: one mean and deviation of all training samples; random crops of 250 samples; BCE; AdamW and one-cycle for 50 epochs of
# batches of 128; the last epoch's weights; test windows every 125 samples, of which the greatest score counts.
# Usage: python bench/peers/torch_ptbxl.py DATA [--net resnet1d_wang] [--epochs 50] [--seed 1] [--threads 2]
# DATA holds records100/ and superclass-labels.csv (recordings without any of the five classes are left out).
# Prints one JSON document. Needs: pip install torch numpy wfdb scikit-learn
import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import wfdb
from sklearn.metrics import roc_auc_score
from torch import nn

from torch_zoo import nets

classes = ["CD", "HYP", "MI", "NORM", "STTC"]
length, stride = 250, 125


def read(folder):
    parts = {"train": [], "val": [], "test": []}
    with open(folder / "superclass-labels.csv", newline="") as file:
        for row in csv.DictReader(file):
            truth = [int(row[name]) for name in classes]
            if any(truth):
                signal = wfdb.rdrecord(str(folder / row["recording"])).p_signal
                parts[row["part"]].append((signal.T.astype(np.float32), truth))
    return {
        part: (np.stack([signal for signal, _ in rows]), np.array([truth for _, truth in rows], np.float32))
        for part, rows in parts.items()
    }


def start(model):
    """He-normal kernels and matrices, biases of 0; batch norms as they are."""
    for module in model.modules():
        if isinstance(module, (nn.Conv1d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def grouped(model):
    """Norms and biases do not decay."""
    decaying = [each for each in model.parameters() if each.ndim > 1]
    others = [each for each in model.parameters() if each.ndim <= 1]
    return [{"params": decaying, "weight_decay": 1e-2}, {"params": others, "weight_decay": 0.0}]


def score(model, x):
    model.eval()
    with torch.inference_mode():
        windows = [model(x[:, :, at : at + length]) for at in range(0, x.shape[2] - length + 1, stride)]
    return torch.sigmoid(torch.stack(windows).amax(0)).numpy()


def interval(truth, scores, random):
    """100 resamples in which no class lacks a positive: 5 % and 95 %."""
    values = []
    while len(values) < 100:
        rows = random.integers(len(truth), size=len(truth))
        if truth[rows].any(0).all():
            values.append(roc_auc_score(truth[rows], scores[rows]))
    return np.quantile(values, [0.05, 0.95]).tolist()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--net", default="resnet1d_wang")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    parts = read(options.data)
    mean, deviation = parts["train"][0].mean(dtype=np.float64), parts["train"][0].std(dtype=np.float64)
    x = {part: torch.from_numpy(((signals - mean) / deviation).astype(np.float32)) for part, (signals, _) in parts.items()}
    y = {part: torch.from_numpy(truth) for part, (_, truth) in parts.items()}

    model = nets[options.net][0](len(classes))
    start(model)
    steps = -(-len(y["train"]) // 128)
    optimizer = torch.optim.AdamW(grouped(model), lr=1e-2, betas=(0.95, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 1e-2, epochs=options.epochs, steps_per_epoch=steps, pct_start=0.3, div_factor=25, final_div_factor=1e4
    )
    began = time.perf_counter()
    for _ in range(options.epochs):
        model.train()
        order = torch.randperm(len(y["train"]))
        for rows in order.split(128):
            starts = random.integers(x["train"].shape[2] - length + 1, size=len(rows))
            crops = torch.stack([x["train"][row, :, at : at + length] for row, at in zip(rows, starts)])
            optimizer.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(model(crops), y["train"][rows]).backward()
            optimizer.step()
            schedule.step()
    seconds = time.perf_counter() - began
    result = {"net": options.net, "seed": options.seed, "torch": torch.__version__, "seconds": round(seconds, 1)}
    result["rows"] = {part: len(truth) for part, truth in y.items()}
    for part in ("val", "test"):
        scores, truth = score(model, x[part]), y[part].numpy()
        result[part] = {"macroAuc": roc_auc_score(truth, scores), "interval": interval(truth, scores, random)}
    print(json.dumps(result))


main()
