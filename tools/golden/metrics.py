# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.*", "scikit-learn==1.*"]
# ///
"""Reference values for src/evaluate/classification-metrics.ts, from scikit-learn.

    uv run tools/golden/metrics.py        (or: python tools/golden/metrics.py)

Writes test/golden/metrics/classification.json. Undefined values are null (scikit-learn's zero_division = NaN).
"""

import json
import math
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

OUT = Path(__file__).resolve().parents[2] / "test/golden/metrics/classification.json"
NAMES = ["N", "S", "V", "F", "Q"]


def clean(value):
    return None if isinstance(value, float) and math.isnan(value) else value


def case(name, truth, predicted, count):
    labels = list(range(count))
    truth, predicted = np.asarray(truth, int), np.asarray(predicted, int)
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=np.nan
    )
    specificity = [
        float(np.mean(predicted[truth != i] != i)) if np.any(truth != i) else math.nan for i in labels
    ]
    kappa = float(cohen_kappa_score(truth, predicted, labels=labels))
    s_v = [recall[1], recall[2], precision[1], precision[2]] if count > 2 else [math.nan]
    return {
        "name": name,
        "classes": NAMES[:count],
        "truth": "".join(map(str, truth)),
        "predicted": "".join(map(str, predicted)),
        "confusion": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": float(accuracy_score(truth, predicted)),
        "macroF1": float(f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=np.nan)),
        "kappa": clean(kappa),
        # Mar et al. 2011: half of kappa plus an eighth of the four values' sum.
        "jKappa": clean(float(kappa / 2 + np.sum(s_v) / 8)),
        "byClass": [
            {
                "sensitivity": clean(float(recall[i])),
                "positivePredictivity": clean(float(precision[i])),
                "f1": clean(float(f1[i])),
                "specificity": clean(specificity[i]),
                "support": int(support[i]),
            }
            for i in labels
        ],
    }


def main():
    random = np.random.default_rng(20240501)
    cases = []
    for size, count, noise in [(2000, 4, 0.05), (1500, 5, 0.3), (600, 3, 0.9), (50, 2, 0.2)]:
        shares = np.array([0.86, 0.05, 0.06, 0.02, 0.01])[:count]
        truth = random.choice(count, size, p=shares / shares.sum())
        wrong = random.random(size) < noise
        predicted = np.where(wrong, random.integers(0, count, size), truth)
        cases.append(case(f"{count} classes, {noise:.0%} random", truth, predicted, count))
    cases += [
        case("perfect", [0, 1, 2, 3, 0, 0], [0, 1, 2, 3, 0, 0], 4),
        case("all wrong", [0, 1, 2, 3], [1, 2, 3, 0], 4),
        case("a class never predicted", [0, 0, 1, 2, 2, 3], [0, 0, 0, 2, 2, 0], 4),
        case("a class absent from truth but predicted", [0, 0, 1, 2, 2], [0, 3, 1, 2, 0], 4),
        case("a class in neither", [0, 0, 1, 2, 2], [0, 0, 1, 2, 0], 5),
        case("one class only", [0] * 7, [0] * 7, 4),
        case("worse than chance", [0, 0, 1, 1, 0, 1], [1, 1, 0, 0, 0, 1], 2),
    ]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    made = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
    OUT.write_text(json.dumps({"madeBy": "tools/golden/metrics.py", "versions": made, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
