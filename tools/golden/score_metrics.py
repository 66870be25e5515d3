# Metrics of predictions, from scikit-learn, SciPy and NumPy; the challenge's score from its published definition and weights.
# Command: python tools/golden/score_metrics.py   (scikit-learn 1.9, scipy 1.17, numpy 2)
# Reads test/golden/metrics/cinc-weights.json (the published weights.csv of the challenges 2020 and 2021).
# Writes test/golden/metrics/score-metrics.json.
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, log_softmax, logit, softmax
from sklearn import metrics as sk

folder = Path(__file__).parents[2] / "test/golden/metrics"
random = np.random.default_rng(23)


def ece(p, y, binning, bins=15):
    edges = np.linspace(0, 1, bins + 1) if binning == "width" else np.quantile(p, np.linspace(0, 1, bins + 1))
    at = np.searchsorted(edges[1:-1], p)
    return float(
        sum((at == b).mean() * abs(y[at == b].mean() - p[at == b].mean()) for b in range(bins) if (at == b).any())
    )


def fmax(truth, scores):
    best = []
    for k in range(101):
        called = scores >= k / 100
        some = called.any(1)
        if not some.any():
            continue
        hits = (called & truth).sum(1)
        precision = (hits[some] / called[some].sum(1)).mean()
        labelled = truth.any(1)
        recall = (hits[labelled] / truth[labelled].sum(1)).mean()
        best.append(0 if precision + recall == 0 else 2 * precision * recall / (precision + recall))
    return float(max(best))


def betas(truth, called):
    shares = 1 / np.maximum(1, truth.sum(1, keepdims=True))
    tp, fp, fn = [(x * shares).sum(0) for x in (truth & called, ~truth & called, truth & ~called)]
    with np.errstate(invalid="ignore"):
        return tp * 5 / (5 * tp + fp + 4 * fn), tp / (tp + fp + 2 * fn)


def thresholds(truth, scores):
    # The benchmark's search sees one class at a time, so every row weighs 1.
    grid = np.arange(100) / 99
    columns = [(truth[:, [c]], scores[:, [c]]) for c in range(truth.shape[1])]
    return [float(grid[np.nanargmax([betas(y, p > t)[1][0] for t in grid])]) for y, p in columns]


def with_thresholds(scores, limits):
    called = scores > np.array(limits)
    for row in np.flatnonzero(~called.any(1)):
        called[row, scores[row].argmax()] = True
    return called


def temperature(logits, truth):
    # The zero of the slope of the log loss with respect to 1/T.
    if logits.ndim == 1:
        return 1 / brentq(lambda b: float((logits * (expit(b * logits) - truth)).sum()), 0.01, 100, xtol=1e-15, rtol=1e-15)
    return 1 / brentq(lambda b: float((logits * (softmax(b * logits, 1) - truth)).sum()), 0.01, 100, xtol=1e-15, rtol=1e-15)


def cinc(truth, called, names, year):
    table = json.loads((folder / "cinc-weights.json").read_text())[year]
    at = [table["classes"].index(n) for n in names]
    weights = np.array(table["weights"])[np.ix_(at, at)]

    def score(output):
        shared = np.maximum(1, (truth | output).sum(1))
        return sum(weights[np.ix_(t, o)].sum() / n for t, o, n in zip(truth, output, shared))

    normal = np.zeros_like(truth)
    normal[:, names.index("NSR")] = True
    return float((score(called) - score(normal)) / (score(truth) - score(normal)))


def quantities(truth, scores, kind):
    out = {
        "macroAuc": float(np.mean([sk.roc_auc_score(truth[:, c], scores[:, c]) for c in range(truth.shape[1])])),
        "macroAuprc": float(np.mean([sk.average_precision_score(truth[:, c], scores[:, c]) for c in range(truth.shape[1])])),
        "classwiseEce": float(np.mean([ece(scores[:, c], truth[:, c], "width") for c in range(truth.shape[1])])),
        "classwiseEceMass": float(np.mean([ece(scores[:, c], truth[:, c], "mass") for c in range(truth.shape[1])])),
    }
    if kind == "binary":
        del out["classwiseEce"], out["classwiseEceMass"]
    if kind == "multi-class":
        decided = np.eye(truth.shape[1], dtype=bool)[scores.argmax(1)]
        y, p = truth.argmax(1), scores.argmax(1)
        out |= {
            "accuracy": float(sk.accuracy_score(y, p)),
            "kappa": float(sk.cohen_kappa_score(y, p)),
            "brier": float(((scores - truth) ** 2).sum(1).mean()),
            "logLoss": float(sk.log_loss(y, scores, labels=np.arange(truth.shape[1]))),
            "ece": ece(scores.max(1), y == p, "width"),
            "eceMass": ece(scores.max(1), y == p, "mass"),
        }
    else:
        decided = scores >= 0.5
        out["brier"] = float(np.mean([sk.brier_score_loss(truth[:, c], scores[:, c]) for c in range(truth.shape[1])]))
        out["logLoss"] = float(np.mean([sk.log_loss(truth[:, c], scores[:, c], labels=[False, True]) for c in range(truth.shape[1])]))
        if kind == "binary":
            out["accuracy"] = float(sk.accuracy_score(truth[:, 0], decided[:, 0]))
            out["kappa"] = float(sk.cohen_kappa_score(truth[:, 0], decided[:, 0]))
            out["ece"], out["eceMass"] = [ece(scores[:, 0], truth[:, 0], b) for b in ("width", "mass")]
        else:
            out["subsetAccuracy"] = float(sk.accuracy_score(truth, decided))
    if kind != "binary":
        f, g = betas(truth, decided)
        out |= {"fmax": fmax(truth, scores), "fBeta": float(np.nanmean(f)), "gBeta": float(np.nanmean(g))}
    present = truth.any(0)
    out["macroF1"] = float(np.mean(sk.f1_score(truth, decided, average=None, zero_division=0)[present] if kind != "binary" else [sk.f1_score(truth[:, 0], decided[:, 0])]))
    if kind != "binary":
        out["microF1"] = float(sk.f1_score(truth, decided, average="micro"))
        out["weightedF1"] = float(sk.f1_score(truth, decided, average="weighted"))
    out["macroSensitivity"] = float(np.mean([sk.recall_score(truth[:, c], decided[:, c]) for c in np.flatnonzero(present)]))
    return out


cases = []
for kind, rows, classes, digits in [
    ("multi-label", 160, 6, 12),
    ("multi-label", 60, 4, 1),
    ("multi-label", 40, 3, 2),
    ("multi-class", 150, 5, 12),
    ("multi-class", 50, 3, 1),
    ("binary", 120, 1, 12),
    ("binary", 40, 1, 1),
]:
    if kind == "multi-class":
        label = random.integers(0, classes, rows)
        label[:classes] = np.arange(classes)
        truth = np.eye(classes, dtype=bool)[label]
        scores = softmax(2 * truth + random.normal(size=(rows, classes)) * 1.5, 1).round(digits)
        scores[:, -1] = 1 - scores[:, :-1].sum(1)
        scores = np.clip(scores, 0, 1)
    else:
        truth = random.random((rows, classes)) < 0.3
        truth[0], truth[1] = True, False
        scores = np.clip(0.5 * truth + 0.55 * random.random((rows, classes)), 0, 1).round(digits)
    case = {"task": kind, "classes": classes, "truth": truth.astype(int).ravel().tolist(), "scores": scores.ravel().tolist()}
    case["metrics"] = quantities(truth, scores, kind)
    logits = random.normal(size=scores.shape) * 3 + 2.5 * truth
    case["logits"] = logits.ravel().tolist()
    case["temperatures"] = (
        [temperature(logits, truth)] if kind == "multi-class" else [temperature(logits[:, c], truth[:, c]) for c in range(classes)]
    )
    if kind == "multi-label":
        limits = thresholds(truth, scores)
        f, g = betas(truth, with_thresholds(scores, limits))
        case["thresholds"] = {"values": limits, "fBeta": float(np.nanmean(f)), "gBeta": float(np.nanmean(g))}
    cases.append(case)

# A constant score, a class of one row, and the challenge's classes.
names = ["AF", "NSR", "PAC|SVPB", "LQRSV", "TInv"]
truth = random.random((80, 5)) < 0.3
truth[0], truth[1] = True, False
called = truth ^ (random.random((80, 5)) < 0.2)
challenge = {
    "classes": names,
    "truth": truth.astype(int).ravel().tolist(),
    "decisions": called.astype(int).ravel().tolist(),
    "cinc2020": cinc(truth, called, names, "2020"),
    "cinc2021": cinc(truth, called, names, "2021"),
}
label, said = random.integers(0, 4, 90), random.integers(0, 4, 90)
said[:60] = label[:60]
rhythms = {
    "truth": label.tolist(),
    "decisions": said.tolist(),
    "cinc2017": float(sk.f1_score(label, said, average=None)[:3].mean()),
}
(folder / "score-metrics.json").write_text(json.dumps({"cases": cases, "challenge": challenge, "rhythms": rhythms}) + "\n")
