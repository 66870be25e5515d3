# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1", "PyWavelets==1.8.0"]
# ///
"""Golden files of the signal folder, from SciPy and PyWavelets.

    python tools/golden/signal-processing.py

writes test/golden/signal/*.json. Inputs are seeded and stored as float32 values, so that both sides start from the same
numbers.
"""

import json
from pathlib import Path

import numpy as np
import pywt
from scipy import ndimage, signal

OUT = Path(__file__).parents[2] / "test" / "golden" / "signal"


def wave(length, seed):
    """An ECG-like mixture: drifting baseline, two tones, noise; float32 values."""
    rng = np.random.default_rng(seed)
    t = np.arange(length)
    x = np.sin(t / 7.3) + 0.5 * np.sin(t / 1.9 + seed) + 0.3 * np.sin(t / 61) + 0.2 * rng.standard_normal(length)
    return x.astype(np.float32).astype(np.float64)


def short(values):
    """Twelve significant digits: far below every tolerance, and half the size."""
    return [float(f"{v:.12g}") for v in np.asarray(values).ravel()]


def write(name, cases):
    versions = {"numpy": np.__version__, "scipy": __import__("scipy").__version__, "pywavelets": pywt.__version__}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    OUT.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"command": "python tools/golden/signal-processing.py", "versions": versions})[:-1]
    (OUT / f"{name}.json").write_text(f'{head}, "cases": [\n{lines}\n]}}\n')


def wavelet_filters():
    names = [f"db{n}" for n in range(1, 21)] + [f"sym{n}" for n in range(2, 21)] + [f"coif{n}" for n in range(1, 18)]
    for name in names:
        wavelet = pywt.Wavelet(name)
        yield {"name": name, "decompositionLow": short(wavelet.dec_lo), "decompositionHigh": short(wavelet.dec_hi)}


MODES = ["periodization", "periodic", "symmetric", "reflect", "constant", "zero"]


def single_levels():
    for name in ["db1", "db2", "db6", "sym5", "coif2"]:
        for mode in MODES:
            for length in [1, 2, 3, 7, 12, 25]:
                if mode == "reflect" and length == 1:
                    continue  # PyWavelets refuses it; we repeat the sample
                x = wave(length, length)
                a, d = pywt.dwt(x, name, mode)
                y = pywt.idwt(a, d, name, mode)
                yield {
                    "wavelet": name,
                    "mode": mode,
                    "samples": short(x),
                    "approximation": short(a),
                    "detail": short(d),
                    "inverse": short(y),
                }


def several_levels():
    for name, mode, length, levels in [
        ("db6", "symmetric", 301, 4),
        ("db6", "periodization", 301, 4),
        ("db4", "periodic", 250, None),
        ("sym8", "symmetric", 333, None),
        ("coif3", "periodization", 256, 3),
        ("db20", "reflect", 200, 2),
    ]:
        x = wave(length, length + len(name))
        coefficients = pywt.wavedec(x, name, mode, level=levels)
        yield {
            "wavelet": name,
            "mode": mode,
            "levels": len(coefficients) - 1,
            "maxLevel": pywt.dwt_max_level(length, name),
            "samples": short(x),
            "approximation": short(coefficients[0]),
            "details": [short(c) for c in coefficients[:0:-1]],
            "inverse": short(pywt.waverec(coefficients, name, mode)),
        }


def denoise(x, name, mode, levels, drop_approximation, drop_details):
    coefficients = pywt.wavedec(x, name, mode, level=levels)
    if drop_approximation:
        coefficients[0] = np.zeros_like(coefficients[0])
    for level in drop_details:
        coefficients[-level] = np.zeros_like(coefficients[-level])
    return pywt.waverec(coefficients, name, mode)[: len(x)]


def shrink(x, name, mode, levels, rule):
    """Donoho & Johnstone 1994: one threshold for all details, the noise estimated from the finest."""
    coefficients = pywt.wavedec(x, name, mode, level=levels)
    sigma = np.median(np.abs(coefficients[-1])) / 0.6744897501960817
    threshold = sigma * np.sqrt(2 * np.log(len(x)))
    kept = [coefficients[0], *(pywt.threshold(c, threshold, rule) for c in coefficients[1:])]
    return pywt.waverec(kept, name, mode)[: len(x)]


def denoisings():
    import warnings

    warnings.simplefilter("ignore")  # 9 levels of a short signal: PyWavelets warns and goes on
    for name, mode, length, levels, drop_approximation, drop_details in [
        ("db6", "symmetric", 1201, 9, True, [1, 2]),
        ("db6", "periodization", 1000, 9, True, [1, 2]),
        ("db4", "periodic", 501, 5, False, [1]),
        ("sym4", "symmetric", 64, 3, True, []),
        ("db6", "symmetric", 5, 9, True, [1, 2]),
    ]:
        x = wave(length, length)
        yield {
            "options": {
                "wavelet": name,
                "mode": mode,
                "levels": levels,
                "dropApproximation": drop_approximation,
                "dropDetails": drop_details,
            },
            "samples": short(x),
            "output": short(denoise(x, name, mode, levels, drop_approximation, drop_details)),
        }


def shrinkings():
    for name, mode, length, levels, rule in [
        ("db6", "symmetric", 701, 4, "soft"),
        ("sym8", "periodization", 512, 3, "hard"),
    ]:
        x = wave(length, length)
        yield {
            "options": {"wavelet": name, "mode": mode, "levels": levels, "rule": rule},
            "samples": short(x),
            "output": short(shrink(x, name, mode, levels, rule)),
        }


def fourier_resamplings():
    for length, num in [
        (324, 251), (251, 324), (100, 100), (100, 50), (100, 51), (101, 50), (101, 51), (50, 100), (50, 101), (51, 100),
        (51, 101), (1, 1), (1, 4), (4, 1), (2, 3), (3, 2), (2, 1), (600, 500), (997, 640), (640, 997),
    ]:  # fmt: skip
        x = wave(length, length)
        yield {"samples": short(x), "length": num, "output": short(signal.resample(x, num))}


def polyphase_resamplings():
    for length, up, down in [
        (720, 25, 36), (500, 1, 2), (250, 2, 1), (333, 3, 7), (100, 18, 25), (10, 5, 3), (1, 3, 2), (64, 4, 4), (200, 6, 4),
    ]:  # fmt: skip
        x = wave(length, length)
        yield {"samples": short(x), "up": up, "down": down, "output": short(signal.resample_poly(x, up, down))}


def normalisations():
    for length in [2, 251]:
        x = wave(length, length)
        yield {
            "samples": short(x),
            "zScore": short((x - x.mean()) / x.std()),
            "minMax": short((x - x.min()) / (x.max() - x.min())),
        }


def butterworths():
    for kind in ["lowpass", "highpass"]:
        for order in [1, 2, 3, 4, 5, 8]:
            for cutoff in [0.5, 40, 110]:
                sections = signal.butter(order, cutoff, kind, fs=360, output="sos")
                yield {
                    "options": {"kind": kind, "order": order, "cutoffHz": cutoff, "sampleRate": 360},
                    "sections": [exact(row) for row in sections],
                }
    for kind in ["bandpass", "bandstop"]:
        for order in [1, 2, 3, 4, 5]:
            for low, high in [(0.5, 40), (5, 15), (48, 52), (60, 170)]:
                sections = signal.butter(order, [low, high], kind, fs=360, output="sos")
                yield {
                    "options": {"kind": kind, "order": order, "lowHz": low, "highHz": high, "sampleRate": 360},
                    "sections": [exact(row) for row in sections],
                }


def exact(values):
    return [float(v) for v in np.asarray(values).ravel()]


def section_filterings():
    for kind, order, cutoff in [
        ("lowpass", 1, 40),
        ("lowpass", 4, 40),
        ("highpass", 2, 0.5),
        ("highpass", 3, 1),
        ("bandpass", 4, [0.5, 40]),
        ("bandpass", 3, [5, 15]),
        ("bandstop", 2, [48, 52]),
    ]:
        x = wave(400, order) + 3
        x = x.astype(np.float32).astype(np.float64)
        sections = signal.butter(order, cutoff, kind, fs=360, output="sos")
        steady = signal.sosfilt_zi(sections)
        forward, state = signal.sosfilt(sections, x, zi=steady * x[0])
        yield {
            "sections": [exact(row) for row in sections],
            "samples": short(x),
            "fromRest": short(signal.sosfilt(sections, x)),
            "steadyState": exact(steady),
            "forward": short(forward),
            "state": exact(state),
            "zeroPhase": short(signal.sosfiltfilt(sections, x)),
        }


def notches():
    for frequency, quality, rate in [(50, 30, 360), (60, 30, 250), (50, 5, 1000)]:
        b, a = signal.iirnotch(frequency, quality, rate)
        x = wave(500, frequency)
        yield {
            "options": {"frequencyHz": frequency, "quality": quality, "sampleRate": rate},
            "section": exact([*b, *a]),
            "samples": short(x),
            "zeroPhase": short(signal.filtfilt(b, a, x)),
        }


def medians():
    for length, width in [(1, 1), (5, 3), (100, 1), (101, 7), (300, 73), (50, 73), (20, 73), (3, 5)]:
        x = np.round(wave(length, length + width), 1 if length % 2 else 6).astype(np.float32).astype(np.float64)
        yield {"samples": short(x), "width": width, "output": short(ndimage.median_filter(x, width))}


def median_baselines():
    x = wave(1500, 9)
    baseline = ndimage.median_filter(ndimage.median_filter(x, 73), 217)
    yield {"samples": short(x), "sampleRate": 360, "output": short(x - baseline)}


def main():
    write("wavelet-filters", wavelet_filters())
    write("dwt", single_levels())
    write("wavedec", several_levels())
    write("wavelet-denoise", denoisings())
    write("wavelet-shrink", shrinkings())
    write("resample-fft", fourier_resamplings())
    write("resample-poly", polyphase_resamplings())
    write("normalise", normalisations())
    write("butterworth", butterworths())
    write("sos-filter", section_filterings())
    write("notch", notches())
    write("median-filter", medians())
    write("median-baseline", median_baselines())


if __name__ == "__main__":
    main()
