# /// script
# requires-python = ">=3.10"
# dependencies = ["wfdb==4.3.1"]
# ///
"""Warm reading of a MIT-BIH record with wfdb-python, for bench/wfdb-read.js: `python wfdb_read.py MITDB_FOLDER [RECORD]`.

For each line on stdin, a number of rounds, reads header, signals in physical units and annotations that often and prints
the milliseconds of each round as a JSON list, so that the caller can take turns with it. By hand: `echo 15 | python …`.
"""

import json
import sys
import time

import wfdb

path = f"{sys.argv[1]}/{sys.argv[2] if len(sys.argv) > 2 else '100'}"


def measure(rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        record = wfdb.rdrecord(path)
        annotation = wfdb.rdann(path, "atr")
        times.append(1000 * (time.perf_counter() - start))
        assert record.p_signal.shape[0] > 0 and len(annotation.sample) > 0
    return times


measure(3)
for line in sys.stdin:
    print(json.dumps(measure(int(line))), flush=True)
