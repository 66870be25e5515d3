# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.*", "scipy==1.*"]
# ///
"""MATLAB files for src/formats/mat, by SciPy.

    uv run tools/golden/mat.py        (or: python tools/golden/mat.py)

Writes test/golden/mat/cases.json: name → the file in base64; the test has the values.
"""

import base64
import io
import json
from pathlib import Path

import numpy as np
import scipy
from scipy.io import savemat
from scipy.sparse import csc_matrix

OUT = Path(__file__).resolve().parents[2] / "test/golden/mat/cases.json"

ecg = {"ECG": {"sex": "Female", "age": 63.0, "data": np.arange(12 * 5, dtype=float).reshape(12, 5) / 8 - 3}}
numbers = {
    "i1": np.array([[-128, 127]], np.int8),
    "u1": np.array([[0, 255]], np.uint8),
    "i2": np.array([[-32768], [32767]], np.int16),
    "u2": np.array([[65535]], np.uint16),
    "i4": np.array([[-(2**31), 2**31 - 1]], np.int32),
    "u4": np.array([[2**32 - 1]], np.uint32),
    "i8": np.array([[-(2**53)]], np.int64),
    "u8": np.array([[2**53]], np.uint64),
    "f4": np.array([[0.5, np.nan]], np.float32),
    "f8": np.array([[1e300, -np.inf]]),
    "three": np.arange(24.0).reshape(2, 3, 4),
    "none": np.zeros((0, 3)),
    "flag": np.array([[True, False]]),
}
others = {
    "text": "naïve",
    "rows": np.array(["abc", "def"]),
    "cell": np.array([[1.5, "x"]], object),
    "list": np.array([({"a": 1.0},), ({"a": 2.0},)], dtype=[("item", object)]),
    "z": np.array([[1 + 2j]]),
    "sparse": csc_matrix(np.eye(3)),
}
four = {"val": np.array([[1, -2, 300], [4, 5, -32768]], np.int16), "x": np.array([[0.25], [1e10]]), "t": "hello"}

cases = {}


def case(name, values, **options):
    buffer = io.BytesIO()
    savemat(buffer, values, **options)
    cases[name] = base64.b64encode(buffer.getvalue()).decode()


for name, values in [("ecg", ecg), ("numbers", numbers), ("others", others)]:
    case(name, values)
    case(f"{name} compressed", values, do_compression=True)
case("level 4", four, format="4")
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(cases, indent=0) + "\n")
print(len(cases), "files, scipy", scipy.__version__)
