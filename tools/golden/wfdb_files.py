# /// script
# requires-python = ">=3.10"
# dependencies = ["wfdb==4.3.1", "numpy", "soundfile"]
# ///
"""WFDB files of every signal format and what wfdb-python reads from them: `python tools/golden/wfdb_files.py`.

Writes test/golden/wfdb/: the records (by wfdb-python where it can write them, by hand after signal(5) and header(5)
otherwise) and expected.json with the digital and physical samples and the annotations as wfdb-python 4.3.1 reads them.
"""

import json
import math
from pathlib import Path

import numpy as np
import wfdb

OUT = Path(__file__).resolve().parents[2] / "test" / "golden" / "wfdb"
BITS = {"8": 8, "80": 8, "508": 8, "310": 10, "311": 10, "212": 12, "24": 24, "524": 24, "32": 32}
random = np.random.default_rng(2017)


def digital(frames, leads, fmt):
    """Samples over a format's whole range: its extremes, its invalid marker, and random ones."""
    bits = BITS.get(fmt, 16)
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    values = random.integers(low, high + 1, size=(frames, leads))
    values[1, 0], values[2, 0], values[3, -1] = low, high, low + 1
    return values


def pack(fmt, flat):
    """The bytes of samples in a format that wfdb-python only reads, by signal(5)."""
    if fmt == "61":
        return flat.astype(">i2").tobytes()
    if fmt == "160":
        return (flat + 32768).astype("<u2").tobytes()
    flat = np.concatenate([flat, np.zeros(-len(flat) % 3, dtype=int)]) & 0x3FF
    first, second, third = flat[0::3], flat[1::3], flat[2::3]
    if fmt == "310":
        low = (first << 1) | ((third & 0x1F) << 11)
        high = (second << 1) | ((third >> 5) << 11)
        return np.stack([low, high], axis=1).astype("<u2").tobytes()
    return (first | (second << 10) | (third << 20)).astype("<u4").tobytes()


def write(name, fmt, frames=47, leads=3, **more):
    if fmt in ("61", "160", "310", "311"):
        # Written as 16 for the header, then with the format and the data replaced.
        values = digital(frames, leads, fmt)
        write(name, "16", frames, leads, values=values, **more)
        edit_header(name, lambda t: t.replace(f"{name}.dat 16 ", f"{name}.dat {fmt} "))
        (OUT / f"{name}.dat").write_bytes(pack(fmt, values.reshape(-1)))
        return
    values = more.pop("values", None)
    wfdb.wrsamp(
        name,
        fs=more.pop("fs", 250),
        units=["mV", "uV", "mmHg"][:leads],
        sig_name=["MLII", "V1", "ABP cal"][:leads],
        d_signal=digital(frames, leads, fmt) if values is None else values,
        fmt=[fmt] * leads,
        adc_gain=[200.0, 12.5, 0.1][:leads],
        baseline=[0, -5, 1024][:leads],
        write_dir=str(OUT),
        **more,
    )


def write_expanded(name, fmts, per_frame, file_names=None, frames=31):
    leads = len(per_frame)
    record = wfdb.Record(
        record_name=name,
        n_sig=leads,
        fs=100,
        sig_len=frames,
        file_name=file_names or [f"{name}.dat"] * leads,
        fmt=fmts,
        samps_per_frame=per_frame,
        byte_offset=[None] * leads,
        adc_gain=[200.0] * leads,
        baseline=[7] * leads,
        units=["mV"] * leads,
        adc_res=[12] * leads,
        adc_zero=[0] * leads,
        block_size=[0] * leads,
        sig_name=[f"lead {i}" for i in range(leads)],
        e_d_signal=[digital(frames * n, 1, f)[:, 0] for n, f in zip(per_frame, fmts)],
    )
    record.skew = [None] * leads
    record.init_value = [int(s[0]) for s in record.e_d_signal]
    record.checksum = record.calc_checksum(expanded=True)
    record.wrheader(write_dir=str(OUT), expanded=True)
    record.wr_dats(expanded=True, write_dir=str(OUT))


def edit_header(name, change):
    path = OUT / f"{name}.hea"
    path.write_text(change(path.read_text()))


def text(name, content):
    (OUT / name).write_text(content)


def null(values):
    return [None if math.isnan(v) else float(v) for v in values]


def samples(name):
    """A record's leads as wfdb-python reads them, each at its own rate."""
    p = wfdb.rdrecord(str(OUT / name), smooth_frames=False)
    try:
        d = wfdb.rdrecord(str(OUT / name), physical=False, smooth_frames=False)
    except ValueError:
        # wfdb-python 4.3.1 can't give big-endian samples (format 61) as integers; its physical values are right.
        d = p
        d.e_d_signal = [
            np.where(np.isnan(x), -32768, np.round(np.nan_to_num(x) * g + b))
            for x, g, b in zip(p.e_p_signal, p.adc_gain, p.baseline)
        ]
    for i, (late, n) in enumerate(zip(p.skew, p.samps_per_frame)):
        if late and n > 1:
            # wfdb-python marks only `late` samples at the end as missing and pads the rest of those frames with zeros.
            d.e_d_signal[i][-late * n :] = -(2 ** (BITS.get(p.fmt[i], 16) - 1))
            p.e_p_signal[i][-late * n :] = math.nan
    return {
        "name": name,
        "sampleRate": d.fs,
        "sampleCount": p.sig_len,
        "comments": d.comments,
        "leads": [
            {
                "name": d.sig_name[i],
                "unit": d.units[i],
                "gain": d.adc_gain[i],
                "baseline": d.baseline[i],
                "samplesPerFrame": d.samps_per_frame[i],
                "digital": [int(v) for v in d.e_d_signal[i]],
                "physical": null(p.e_p_signal[i]),
            }
            for i in range(d.n_sig)
        ],
    }


def joined(name):
    """A multi-segment record as one, physical only."""
    p = wfdb.rdrecord(str(OUT / name))
    return {
        "name": name,
        "sampleRate": p.fs,
        "sampleCount": p.sig_len,
        "leads": [
            {"name": p.sig_name[i], "unit": p.units[i], "physical": null(p.p_signal[:, i])} for i in range(p.n_sig)
        ],
    }


def ranged(name, start, end):
    p = wfdb.rdrecord(str(OUT / name), sampfrom=start, sampto=end)
    return {"name": name, "from": start, "to": end, "physical": [null(p.p_signal[:, i]) for i in range(p.n_sig)]}


def annotations(record, extension):
    a = wfdb.rdann(str(OUT / record), extension)
    return {
        "record": record,
        "extension": extension,
        "annotations": [
            {
                "sample": int(a.sample[i]),
                "symbol": a.symbol[i],
                "subtype": int(a.subtype[i]),
                "channel": int(a.chan[i]),
                "num": int(a.num[i]),
                "aux": a.aux_note[i].rstrip("\0"),
            }
            for i in range(a.ann_len)
        ],
        "customSymbols": []
        if a.custom_labels is None
        else [
            {"code": int(c), "symbol": s, "description": d}
            for c, s, d in a.custom_labels[["label_store", "symbol", "description"]].itertuples(index=False)
        ],
    }


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    names = []
    for fmt in ("16", "24", "32", "61", "80", "160", "212", "310", "311", "508", "516", "524"):
        name = f"format{fmt}"
        write(name, fmt, comments=["<age>: 69", "<sex>: M"])
        names.append(name)
    # Format 8, which wfdb-python only reads: first differences, the header's initial value before them.
    steps = random.integers(-128, 128, size=(47, 2)).astype(np.int8)
    (OUT / "format8.dat").write_bytes(steps.tobytes())
    levels = steps.astype(int).cumsum(axis=0) + [100, -7]
    sums = [int(s) % 65536 for s in levels.sum(axis=0)]
    text(
        "format8.hea",
        f"format8 2 250 47\nformat8.dat 8 200 10 0 100 {sums[0]} 0 I\nformat8.dat 8 200(3)/mV 10 0 -7 {sums[1]} 0 II\n",
    )
    names.append("format8")
    # An even number of odd-sized packing units, one lead: the last unit is cut.
    for fmt in ("212", "310", "311"):
        for frames in (10, 11, 12):
            write(f"single{fmt}_{frames}", fmt, frames=frames, leads=1)
            names.append(f"single{fmt}_{frames}")
    # Several samples per frame, several files of different formats.
    write_expanded("rates16", ["16"] * 3, [1, 4, 2])
    write_expanded("rates212", ["212"] * 3, [3, 1, 1])
    write_expanded("rates516", ["516"] * 2, [2, 2])
    write_expanded(
        "files", ["16", "16", "212", "80"], [1, 2, 1, 3], ["files_a.dat", "files_a.dat", "files_b.dat", "files_c.dat"]
    )
    names += ["rates16", "rates212", "rates516", "files"]
    # Skew (a lead stored late), with one and with several samples per frame.
    write("skew", "16")
    edit_header("skew", lambda t: t.replace("skew.dat 16 12.5", "skew.dat 16:4 12.5"))
    write_expanded("skewrates", ["212"] * 2, [1, 3])
    edit_header("skewrates", lambda t: t.replace("212x3", "212x3:2"))
    names += ["skew", "skewrates"]
    # Bytes before the first sample, as in MATLAB files.
    write("offset", "16")
    (OUT / "offset.dat").write_bytes(bytes(range(24)) + (OUT / "offset.dat").read_bytes())
    edit_header("offset", lambda t: t.replace("offset.dat 16 ", "offset.dat 16+24 "))
    names.append("offset")
    # A header that leaves out what may be left out.
    write("bare", "16", leads=2)
    text("bare.hea", "# a comment before\r\nbare 2\r\n\r\nbare.dat 16\r\nbare.dat 16 100 12 -3\r\n#after\r\n")
    names.append("bare")

    # Multi-segment, fixed layout.
    for i, frames in enumerate((10, 7)):
        write(f"fixed_{i}", "16", frames=frames)
    text("fixed.hea", "fixed/2 3 250 17\nfixed_0 10\nfixed_1 7\n")
    # Variable layout: a layout header, segments with some of the leads, gaps, another gain.
    text(
        "variable_layout.hea",
        "variable_layout 3 125 0\n~ 0 200/mV 0 0 0 0 0 II\n~ 0 200/mV 0 0 0 0 0 V\n~ 0 10/mmHg 0 0 0 0 0 ABP\n",
    )
    for i, (lead, unit, gain) in enumerate(
        ((["II", "ABP"], ["mV", "mmHg"], [200.0, 10.0]), (["V"], ["mV"], [200.0]), (["ABP", "V", "II"], ["mmHg", "mV", "mV"], [10.0, 200.0, 80.0]))
    ):
        wfdb.wrsamp(
            f"variable_{i}",
            fs=125,
            units=unit,
            sig_name=lead,
            d_signal=digital(8 + i, len(lead), "212"),
            fmt=["212"] * len(lead),
            adc_gain=gain,
            baseline=[0] * len(lead),
            write_dir=str(OUT),
        )
    text(
        "variable.hea",
        "variable/6 3 125 35 12:00:00 01/02/2003\nvariable_layout 0\n~ 3\nvariable_0 8\nvariable_1 9\n~ 5\nvariable_2 10\n",
    )

    # Annotations.
    wfdb.wrann(
        "fields",
        "atr",
        sample=np.array([5, 5, 100, 1200, 3_000_000_000, 3_000_000_001, 3_000_001_024, 3_000_002_048]),
        symbol=["+", "N", "V", "N", "~", "/", "f", '"'],
        subtype=np.array([0, 0, 3, 127, 100, 0, 1, 0]),
        chan=np.array([0, 1, 1, 127, 0, 0, 2, 2]),
        num=np.array([0, 0, 5, 5, 127, 0, 0, 0]),
        aux_note=["(AFIB", "", "", "odd", "", "", "", "a longer note, " * 16],
        write_dir=str(OUT),
    )
    wfdb.wrann(
        "custom",
        "atr",
        sample=np.array([0, 10, 30, 31]),
        symbol=["N", "d", "N", "z"],
        custom_labels=[(42, "d", "A type of one's own"), (43, "z", "Another")],
        fs=360,
        write_dir=str(OUT),
    )
    # By hand: negative fields, a step back in time, several skips, codes without a meaning, an empty annotation.
    (OUT / "hand.atr").write_bytes(
        bytes([5, 1 << 2, 0xFD, 61 << 2, 0x80, 60 << 2, 0xFF, 62 << 2])
        + bytes([0, 59 << 2, 0xFF, 0xFF, 0xFE, 0xFF, 0, 5 << 2])
        + bytes([0, 59 << 2, 0xFF, 0x7F, 0xFF, 0xFF, 0, 59 << 2, 1, 0, 2, 0, 3, 8 << 2])
        + bytes([0xFF, 3, 7, 28 << 2, 3, 63 << 2, 0x28, 0x4E, 0, 0, 0, 0])
    )
    codes = [c for c in range(1, 42) if c not in (15, 17)]
    labels = {a.label_store: a.symbol for a in wfdb.io.annotation.ann_labels}
    wfdb.wrann(
        "codes",
        "qrs",
        sample=np.array([10 * c for c in codes]),
        symbol=[labels[c] for c in codes],
        write_dir=str(OUT),
    )

    expected = {
        "records": [samples(name) for name in names],
        "joined": [joined("fixed"), joined("variable")],
        "ranges": [
            ranged(name, a, b)
            for name in [n for n in names if n.startswith("format") and n != "format8"] + ["offset"]
            for a, b in ((0, 5), (7, 29), (46, 47))
        ]
        + [ranged("fixed", 4, 15), ranged("variable", 9, 31)],
        "annotations": [annotations("fields", "atr"), annotations("custom", "atr"), annotations("codes", "qrs"), annotations("hand", "atr")],
    }
    text("expected.json", json.dumps(expected, separators=(",", ":"), ensure_ascii=False) + "\n")


main()
