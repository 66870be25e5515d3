# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.*", "iterative-stratification==0.1.*"]
# ///
"""How even the folds of a reference implementation of iterative stratification are, for src/datasets/splits.

    uv run tools/golden/iterative_stratification.py        (or: python tools/golden/iterative_stratification.py)

Writes test/golden/splits/iterative-stratification.json: rows of labels (as one bit mask each), and the measures of Sechidis et
al. 2011 over ten seeds of the reference (package iterative-stratification): label distribution and example distribution.
"""

import json
from pathlib import Path

import numpy as np
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold

OUT = Path(__file__).resolve().parents[2] / "test/golden/splits/iterative-stratification.json"
random = np.random.default_rng(3)
shares = np.array([0.4, 0.25, 0.2, 0.1, 0.08, 0.05, 0.03, 0.015, 0.01])
labels = random.random((1500, len(shares))) < shares
FOLDS = 10


def measures(fold_of):
    label, example = [], []
    total = labels.sum(0) / (len(labels) - labels.sum(0))
    for fold in range(FOLDS):
        own = labels[fold_of == fold]
        label.append(np.abs(own.sum(0) / (len(own) - own.sum(0)) - total).mean())
        example.append(abs(len(own) - len(labels) / FOLDS))
    return float(np.mean(label)), float(np.mean(example))


found = []
for seed in range(10):
    fold_of = np.zeros(len(labels), int)
    splitter = MultilabelStratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (_, test) in enumerate(splitter.split(labels, labels)):
        fold_of[test] = fold
    found.append(measures(fold_of))
OUT.parent.mkdir(parents=True, exist_ok=True)
masks = [int(sum(1 << i for i in np.flatnonzero(row))) for row in labels]
result = {"labels": len(shares), "folds": FOLDS, "masks": masks, "reference": {"labelDistribution": [a for a, _ in found], "exampleDistribution": [b for _, b in found]}}
OUT.write_text(json.dumps(result) + "\n")
print(found)
