# /// script
# requires-python = ">=3.10"
# dependencies = ["wfdb==4.3.1", "numpy"]
# ///
"""Compares our reading of real records with wfdb-python's, sample by sample and annotation by annotation.

    npm run build && node tools/golden/wfdb_compare.js DATA_FOLDER 200 | python tools/golden/wfdb_compare.py DATA_FOLDER

The Node script prints one line per record with SHA-256 digests of each lead's digital samples (int32) and physical
samples (float32), and of the annotations' lines; this script computes the same from wfdb-python and counts differences.
"""

import hashlib
import json
import sys

import numpy as np
import wfdb

data = sys.argv[1]
records = leads = annotations = differing = 0


def digest(content):
    return hashlib.sha256(content).hexdigest()


def canonical(values):
    """float32 with one bit pattern for NaN."""
    rounded = values.astype(np.float32)
    rounded[np.isnan(rounded)] = np.float32(np.nan)
    return rounded.view("<u4").tobytes()


for line in sys.stdin:
    ours = json.loads(line)
    path = f"{data}/{ours['path']}"
    d = wfdb.rdrecord(path, physical=False, smooth_frames=False)
    p = wfdb.rdrecord(path, smooth_frames=False)
    theirs = {
        "path": ours["path"],
        "leads": [
            [d.sig_name[i], digest(d.e_d_signal[i].astype("<i4").tobytes()), digest(canonical(p.e_p_signal[i]))]
            for i in range(d.n_sig)
        ],
    }
    if "annotations" in ours:
        a = wfdb.rdann(path, "atr")
        lines = [
            f"{a.sample[i]} {a.symbol[i]} {a.subtype[i]} {a.chan[i]} {a.num[i]} {a.aux_note[i].rstrip(chr(0))}\n"
            for i in range(a.ann_len)
        ]
        theirs["annotations"] = [a.ann_len, digest("".join(lines).encode())]
        annotations += a.ann_len
    records += 1
    leads += d.n_sig
    if theirs != ours:
        differing += 1
        print(f"{ours['path']} differs:\n  ours   {ours}\n  theirs {theirs}")

print(f"{records} records, {leads} leads, {annotations} annotations compared; {differing} records differ")
sys.exit(1 if differing else 0)
