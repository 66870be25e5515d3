# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.*"]
# ///
"""NPY files for src/formats/npy, by NumPy.

    uv run tools/golden/npy.py        (or: python tools/golden/npy.py)

Writes test/golden/npy/cases.json: name → the file in base64, shape, dtype and the values as strings in C order.
"""

import base64
import io
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[2] / "test/golden/npy/cases.json"
random = np.random.default_rng(5)


def file_of(array, version):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    return buffer.getvalue()


def text(value):
    return repr(value.item())


cases = {}


def case(name, array, version=(1, 0)):
    bytes_ = file_of(array, version)
    cases[name] = {
        "base64": base64.b64encode(bytes_).decode(),
        "shape": list(array.shape),
        "dtype": array.dtype.str,
        "values": [text(value) for value in array.ravel(order="C")],
    }


for code in ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
    for order in "<>":
        dtype = np.dtype(order + code)
        if dtype.kind in "iu":
            limits = np.iinfo(dtype)
            values = np.array([[limits.min, limits.max, 0], [1, 2, 3]], dtype)
        elif dtype.kind == "b":
            values = np.array([[True, False, True], [False, False, True]])
        else:
            values = random.standard_normal((2, 3)).astype(dtype)
            values[0, 0] = 6e-8 if code == "f2" else 1e-40
            values[1, 1] = -np.inf
        case(f"{order}{code}", values)
case("fortran", np.asfortranarray(np.arange(24, dtype="<i2").reshape(4, 6)))
case("fortran3", np.asfortranarray(np.arange(24, dtype=">f4").reshape(2, 3, 4)))
case("one axis", np.arange(5, dtype="<f8"))
case("no axis", np.array(2.5))
case("empty", np.zeros((0, 3), "<f4"))
case("version 2", np.arange(3, dtype="<i4"), (2, 0))
case("version 3", np.arange(3, dtype="<i4"), (3, 0))
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(cases, indent=0) + "\n")
print(len(cases), "cases, numpy", np.__version__)
