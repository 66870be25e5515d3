# /// script
# requires-python = ">=3.10"
# dependencies = ["wfdb==4.3.1", "numpy"]
# ///
"""Counts the seconds of each rhythm and the segments of each class in MIT-BIH's annotations, sample by sample, as wfdb-python
reads them; test/beats/rhythm-mitdb.test.ts compares.

    python tools/golden/rhythm-segments.py FOLDER_OF_MITDB > test/golden/beats/rhythm-mitdb.json
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import wfdb

folder = Path(sys.argv[1])
LENGTH, RATE = 650_000, 360
names = ["none"]
samples_of, segments = {}, {}
for record in (folder / "RECORDS").read_text().split():
    notes = wfdb.rdann(str(folder / record), "atr")
    track = np.zeros(LENGTH, int)
    for sample, symbol, text in zip(notes.sample, notes.symbol, notes.aux_note):
        if symbol == "+":
            name = text.rstrip("\0")
            if name not in names:
                names.append(name)
            track[sample:] = names.index(name)
    opened = None
    for sample, symbol in zip(notes.sample, notes.symbol):
        if symbol == "[":
            opened = sample
        elif symbol == "]":
            if "(VFL" not in names:
                names.append("(VFL")
            track[opened:sample] = names.index("(VFL")
    found = np.bincount(track, minlength=len(names))
    samples_of[record] = {names[k]: int(n) for k, n in enumerate(found) if n}
    for seconds in (2, 5, 10, 30, 60):
        length = seconds * RATE
        whole = track[: LENGTH // length * length].reshape(-1, length)
        pure = whole[(whole == whole[:, :1]).all(1), 0]
        counter = segments.setdefault(str(seconds), Counter())
        counter.update(names[k] for k in pure)
        counter["change"] += len(whole) - len(pure)
print(json.dumps({"samples": samples_of, "segments": segments}, indent=1))
