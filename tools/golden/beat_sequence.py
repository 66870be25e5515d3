# Rhythm features, references, shape measures and coherence of beat sequences, from NumPy.
# Command: python tools/golden/beat_sequence.py   (numpy 2)
# Writes test/golden/beat-sequence/rhythm.json.
import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(5)

# A steady rhythm with early beats and pauses after them, then an irregular one.
steady = 0.8 + 0.02 * random.standard_normal(90)
for early in range(7, 88, 9):
    steady[early], steady[early + 1] = 0.5, 1.1
rr = np.concatenate([steady, random.uniform(0.4, 1.2, 60)])
times = np.cumsum(rr).round(4)
previous = np.concatenate([[times[1] - times[0]], np.diff(times)])
following = np.concatenate([np.diff(times), [times[-1] - times[-2]]])
count = len(times)


def around(values, i, reach):
    return values[max(0, i - reach) : i + reach + 1]


def local(values, reach, share):
    return np.array([np.percentile(around(values, i, reach), 100 * share) for i in range(count)])


def log_ratio(a, b):
    return np.clip(np.log(np.asarray(a) / np.asarray(b)), -2, 2)


before = np.concatenate([previous[:1], previous[:-1]])
after = np.concatenate([following[1:], following[-1:]])
change = np.abs(previous - before) / local(previous, 10, 0.5)
longest = np.array([previous[0] if i == 0 else previous[max(0, i - 8) : i].max() for i in range(count)])
mean = lambda values, reach: np.array([around(values, i, reach).mean() for i in range(count)])
features = {
    "rr.local": log_ratio(previous, local(previous, 10, 0.5)),
    "rr.mean": log_ratio(previous, mean(previous, 10)),
    "rr.slowest": log_ratio(previous, local(previous, 40, 0.95)),
    "rr.recordSlowest": log_ratio(previous, np.percentile(previous, 95)),
    "next.slow": log_ratio(following, local(previous, 40, 0.85)),
    "rr.before": log_ratio(previous, before),
    "next.after": log_ratio(following, after),
    "rr.longestBefore": log_ratio(previous, longest),
    "rhythm.change": np.minimum(2, local(change, 10, 0.5)),
    "rhythm.wideIrregular": mean((change > 0.1).astype(float), 40),
    "rr.rank": np.array([(previous < value).mean() for value in previous]),
}
middle = local(previous, 8, 0.5)
references = {
    "wellTimed": (np.abs(previous / middle - 1) < 0.15) & (np.abs(following / middle - 1) < 0.15),
    "unhurried": (previous >= local(previous, 30, 0.8)) & (previous <= local(previous, 30, 0.97)),
}
a, b = random.standard_normal((2, 40)).astype(np.float32)
shapes = {
    "a": a.tolist(),
    "b": b.tolist(),
    "from": 5,
    "to": 30,
    "lag": 3,
    "correlation": float(np.corrcoef(a[5:30], b[8:33])[0, 1]),
    "difference": float(np.std(a[5:30].astype(float) - b[5:30])),
}
# How alike neighbouring beats' regions are, less a polynomial: mean product of all pairs of unit length, each with itself too.
waves = (random.standard_normal((12, 40)) + 2 * np.sin(np.arange(40) / 4)).astype(np.float32)
coherences = []
for degree, reach in [(0, 10), (1, 2), (3, 4)]:
    place = np.arange(30 - 5)
    rest = [row - np.polyval(np.polyfit(place, row, degree), place) for row in waves[:, 5:30].astype(float)]
    units = np.array([row / np.linalg.norm(row) for row in rest])
    values = [(units[(own := slice(max(0, i - reach), i + reach + 1))] @ units[own].T).mean() for i in range(len(units))]
    coherences.append({"degree": degree, "reach": reach, "values": values})
target = Path(__file__).parents[2] / "test/golden/beat-sequence/rhythm.json"
target.write_text(
    json.dumps(
        {
            "times": times.tolist(),
            "features": {name: values.round(7).tolist() for name, values in features.items()},
            "references": {name: values.astype(int).tolist() for name, values in references.items()},
            "shapes": shapes,
            "waves": waves.tolist(),
            "coherences": coherences,
        }
    )
    + "\n"
)
