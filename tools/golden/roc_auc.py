# Areas under the ROC curve and multi-label figures, from scikit-learn.
# Command: python tools/golden/roc_auc.py   (scikit-learn 1.9, numpy 2)
# Writes test/golden/metrics/roc-auc.json.
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

random = np.random.default_rng(11)
cases = []
for rows, classes, digits in [(200, 5, 6), (60, 3, 1), (40, 4, 0), (7, 2, 2)]:
    targets = (random.random((rows, classes)) < 0.35).astype(int)
    targets[0], targets[1] = 1, 0
    scores = np.clip(0.4 * targets + 0.6 * random.random((rows, classes)), 0, 1).round(digits)
    present = targets.any(0)
    cases.append(
        {
            "classes": classes,
            "targets": targets.ravel().tolist(),
            "scores": scores.ravel().tolist(),
            "areas": [float(roc_auc_score(targets[:, i], scores[:, i])) for i in range(classes)],
            "macroAuc": float(roc_auc_score(targets, scores, average="macro")),
            "accuracy": float(accuracy_score(targets, scores >= 0.5)),
            "macroF1": float(f1_score(targets[:, present], (scores >= 0.5)[:, present], average="macro")),
        }
    )
target = Path(__file__).parents[2] / "test/golden/metrics/roc-auc.json"
target.write_text(json.dumps({"cases": cases}) + "\n")
