# Checks ONNX files: onnx.checker with full shape inference, loading and running in Python's onnxruntime, and, where
# a file of values is given, the outputs against these.
# Usage: python tools/check-onnx.py model.onnx [values.npz | values.json] [--tolerance 1e-4]
# The values are one array per input and per output of the model, by name. JSON: {"x": {"shape": [..], "values": [..]}}.
# Needs: pip install onnx onnxruntime numpy
import argparse
import json
import sys

import numpy as np
import onnx
import onnxruntime

types = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}


def read_values(path):
    if path.endswith(".npz"):
        return dict(np.load(path))
    with open(path) as file:
        entries = json.load(file)
    return {name: np.array(entry["values"]).reshape(entry["shape"]) for name, entry in entries.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("values", nargs="?")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="greatest difference relative to the greatest value")
    arguments = parser.parse_args()

    model = onnx.load(arguments.model)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(arguments.model, providers=["CPUExecutionProvider"])
    given = read_values(arguments.values) if arguments.values else {}
    feeds = {}
    for entry in session.get_inputs():
        dtype = types[entry.type]
        shape = [size if isinstance(size, int) else 2 for size in entry.shape]
        feeds[entry.name] = np.asarray(given.get(entry.name, np.ones(shape)), dtype)
    names = [entry.name for entry in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, feeds)))

    differences = {}
    for name, found in outputs.items():
        if name in given:
            wanted = np.asarray(given[name], found.dtype).reshape(found.shape)
            size = max(float(np.abs(wanted).max(initial=0)), 1e-6)
            differences[name] = float(np.abs(found.astype(np.float64) - wanted).max(initial=0)) / size
    print(
        json.dumps(
            {
                "model": arguments.model,
                "onnx": onnx.__version__,
                "onnxruntime": onnxruntime.__version__,
                "opset": {entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
                "nodes": len(model.graph.node),
                "metadata": sorted(entry.key for entry in model.metadata_props),
                "outputs": {name: list(value.shape) for name, value in outputs.items()},
                "relativeDifferences": differences,
            },
            indent=2,
        )
    )
    bad = {name: value for name, value in differences.items() if not value <= arguments.tolerance}
    if bad:
        sys.exit(f"Cannot accept {arguments.model}: expected differences up to {arguments.tolerance}, found {bad}.")


main()
