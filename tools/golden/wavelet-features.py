# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "scipy", "PyWavelets==1.9.0", "scikit-learn"]
# ///
"""Wavelet features of leads by PyWavelets, NumPy and SciPy, and scaling of columns by scikit-learn, for
test/signal/wavelet-features.test.ts.

    python tools/golden/wavelet-features.py
"""

import json
from pathlib import Path

import numpy as np
import pywt
from scipy.stats import entropy
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(11)


def features(band):
    _, counts = np.unique(band, return_counts=True)
    above, over = band > 0, band > band.mean()
    return [
        entropy(counts / band.size),
        np.count_nonzero(above[1:] != above[:-1]),
        np.count_nonzero(over[1:] != over[:-1]),
        *np.percentile(band, [5, 25, 75, 95, 50]),
        band.mean(),
        band.std(),
        band.var(),
        np.abs(band).mean(),
    ]


cases = []
half = np.r_[np.zeros(150), random.standard_normal(100)]
for samples, wavelet, levels in (
    (np.sin(np.arange(250) / 7) + 0.3 * random.standard_normal(250), "db6", 5),
    (1.5 + random.standard_normal(101), "db6", 5),
    (np.cumsum(random.standard_normal(64)), "sym4", 2),
    (half, "db6", 5),
    (np.zeros(40), "db6", 5),
):
    samples = samples.astype(np.float32)
    bands = pywt.wavedec(samples.astype(float), wavelet, level=levels)
    found = [float(v) for band in bands for v in features(band)]
    cases.append({"samples": [float(f"{v:.9g}") for v in samples], "wavelet": wavelet, "levels": levels, "features": found})

table = random.normal([1, -5, 100, 0], [2, 0.1, 30, 0], (9, 4)).astype(np.float32)
table[:, 3] = 0.1
scaler = StandardScaler().fit(table[[0, 2, 3, 5, 8]].astype(float))
scaling = {"values": table.ravel().tolist(), "rows": [0, 2, 3, 5, 8], "mean": scaler.mean_.tolist(), "deviation": scaler.scale_.tolist()}
path = Path(__file__).parents[2] / "test/golden/signal/wavelet-features.json"
path.write_text(json.dumps({"cases": cases, "scaling": scaling}) + "\n")
print(len(cases), path.stat().st_size)
