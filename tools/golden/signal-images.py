# /// script
# requires-python = ">=3.10"
# dependencies = ["pyts==0.13.0", "numpy", "scipy", "PyWavelets==1.9.0"]
# ///
"""Images of signals by pyts (Gramian angular fields, Markov transition field, recurrence plot), SciPy (spectrogram) and
PyWavelets (scalogram), for test/signal/images.test.ts.

    python tools/golden/signal-images.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pywt
from pyts.approximation import PiecewiseAggregateApproximation
from pyts.image import GramianAngularField, MarkovTransitionField, RecurrencePlot
from scipy.signal import ShortTimeFFT, get_window, spectrogram, zoom_fft

warnings.simplefilter("ignore")
random = np.random.default_rng(5)


def wave(length):
    """A few beats with noise, as float32."""
    t = np.arange(length) / 100
    beats = np.exp(-(((t % 0.8) - 0.4) ** 2) / 0.002)
    return (beats + 0.2 * np.sin(2 * np.pi * 5 * t) + 0.05 * random.standard_normal(length)).astype(np.float32)


# Divisible and not, the image as large as the signal, a constant, two values, long flat stretches.
flat = np.r_[np.zeros(30), np.ones(5), np.zeros(25)].astype(np.float32)
signals = [(wave(96), 16), (wave(100), 16), (wave(19), 19), (np.full(40, 0.75, np.float32), 8), (np.float32([1, -1]), 2), (flat, 9)]
cases = {}


def case(family, settings, samples, image):
    image = np.asarray(image, float)
    cases.setdefault(family, []).append(
        {
            "settings": settings,
            "samples": [float(f"{v:.9g}") for v in samples],
            "sampleRate": 100,
            "rows": image.shape[0],
            "columns": image.shape[1],
            "image": [float(f"{v:.8g}") for v in image.ravel()],
        }
    )


for samples, size in signals:
    x = samples.astype(float)[None]
    for name, method in (("gasf", "summation"), ("gadf", "difference")):
        case(name, {"name": name}, samples, GramianAngularField(size, method=method).transform(x)[0])
    for bins in (2, 5, 8):
        case("mtf", {"name": "mtf", "bins": bins}, samples, MarkovTransitionField(size, n_bins=bins).transform(x)[0])

for samples, size in signals:
    for settings, options in (
        ({}, {}),
        ({"dimension": 3, "delay": 2}, {"dimension": 3, "time_delay": 2}),
        ({"threshold": {"by": "value", "value": 0.3}}, {"threshold": 0.3}),
        ({"dimension": 2, "threshold": {"by": "distance", "share": 0.25}}, {"dimension": 2, "threshold": "distance", "percentage": 25}),
        ({"threshold": {"by": "points", "share": 0.2}}, {"threshold": "point", "percentage": 20}),
    ):
        points = size + (options.get("dimension", 1) - 1) * options.get("time_delay", 1)
        if points > len(samples):
            continue
        paa = PiecewiseAggregateApproximation(window_size=None, output_size=points, overlapping=False)
        x = paa.transform(samples.astype(float)[None])
        case("recurrence", {"name": "recurrence", **settings}, samples, RecurrencePlot(**options).transform(x)[0])

# Spectrogram: frequencies at the transform's own bins by scipy.signal.spectrogram, then others by the chirp z-transform.
samples = wave(200)
for strength in ("magnitude", "power"):
    _, _, found = spectrogram(samples.astype(float), fs=100, window="hann", nperseg=40, noverlap=30, detrend=False, scaling="spectrum", mode="complex")
    power = np.abs(found) ** 2  # two-sided in "complex" mode: a sine of 1 has magnitude 1/2
    image = power if strength == "power" else np.sqrt(power)
    case("stft", {"name": "stft", "segmentSeconds": 0.4, "strength": strength}, samples, image)
short = ShortTimeFFT(get_window("hann", 50), hop=25, fs=100, scale_to="magnitude")
image = np.abs(short.stft(samples.astype(float), p0=short.lower_border_end[1], p1=short.upper_border_begin(200)[1]))
case("stft", {"name": "stft"}, samples, image)
for samples, rows, columns, segment, low, high in ((wave(211), 13, 7, 33, 0.7, 31.0), (np.full(64, 2.0, np.float32), 5, 4, 20, 0, 50), (wave(90), 6, 1, 30, 3, 20)):
    window = get_window("hann", segment)
    starts = [(90 - 30) // 2] if columns == 1 else [int(np.floor(c * (len(samples) - segment) / (columns - 1) + 0.5)) for c in range(columns)]
    frames = np.array([samples[s : s + segment].astype(float) * window / window.sum() for s in starts])
    power = np.abs(zoom_fft(frames, [low, high], m=rows, fs=100, endpoint=True)).T ** 2
    settings = {"name": "stft", "segmentSeconds": segment / 100, "lowHz": low, "highHz": high, "strength": "decibels"}
    case("stft", settings, samples, 10 * np.log10(np.maximum(1e-10, power)))

# Scalogram: at scales whose sixteenfold is odd PyWavelets' samples are centred, as ours are.
for samples, columns, wavelet, name, scales in (
    (wave(120), 120, "morl", "morlet", (33 / 16, 171 / 16)),
    (wave(120), 24, "morl", "morlet", (27 / 16, 801 / 16)),
    (wave(101), 101, "mexh", "mexican-hat", (17 / 16, 63 / 16)),
    (wave(101), 10, "mexh", "mexican-hat", (9 / 16, 601 / 16)),
    (np.full(50, -1.0, np.float32), 5, "mexh", "mexican-hat", (17 / 16, 33 / 16)),
    (np.zeros(50, np.float32), 5, "morl", "morlet", (27 / 16, 33 / 16)),
):
    centre = 0.8125 if wavelet == "morl" else 0.25
    assert abs(pywt.central_frequency(wavelet) - centre) < 1e-3
    coefficients, _ = pywt.cwt(samples.astype(float), scales[::-1], wavelet, precision=18)
    bounds = np.linspace(0, len(samples), columns + 1).astype(int)
    power = np.array([[np.mean(row[a:b] ** 2) for a, b in zip(bounds[:-1], bounds[1:])] for row in coefficients])
    low, high = (centre * 100 / s for s in scales[::-1])
    case("cwt", {"name": "cwt", "wavelet": name, "lowHz": low, "highHz": high}, samples, np.sqrt(power))

for name, found in cases.items():
    lines = ",\n".join(json.dumps(entry) for entry in found)
    path = Path(__file__).parents[2] / "test/golden/signal" / f"image-{name}.json"
    path.write_text('{ "cases": [\n' + lines + "\n] }\n")
    print(name, len(found), path.stat().st_size)
