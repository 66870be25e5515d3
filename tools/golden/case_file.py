# Cases of ops for test/contract: inputs, output and gradients by PyTorch, written to test/golden/tensor/<family>.json and
# <family>.bin (float32, little-endian). Used by tensor.py and the other families' scripts.
import json
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
random = np.random.default_rng(7)


def spread(*shape, low=-1.5, high=1.5):
    """Values that are all apart from one another and from 0, so that finite differences meet no kink."""
    count = int(np.prod(shape))
    values = np.linspace(low, high, count + 1)[1:] - (high - low) / (2.3 * count + 1)
    return random.permutation(values).reshape(shape).astype(np.float32)


def normal(*shape):
    return random.standard_normal(shape).astype(np.float32)


def positive(*shape):
    return spread(*shape, low=0.3, high=2.0)


cases = {}


def case(name, inputs, function, fixed=()):
    """inputs: name → array; function(**tensors) → tensor; fixed: inputs whose gradient is not asked for."""
    tensors = {key: torch.tensor(value, requires_grad=key not in fixed) for key, value in inputs.items()}
    output = function(**tensors)
    weights = normal(*output.shape) if output.ndim else np.float32(1.25)
    loss = (output * torch.tensor(weights)).sum()
    wanted = [key for key in inputs if key not in fixed]
    slopes = torch.autograd.grad(loss, [tensors[key] for key in wanted], allow_unused=True) if wanted else []
    zero = {key: torch.zeros_like(tensors[key]) for key in wanted}
    cases[name] = {
        "inputs": inputs,
        "output": output.detach().numpy(),
        "weights": np.asarray(weights),
        "gradients": {key: (zero[key] if slope is None else slope).numpy() for key, slope in zip(wanted, slopes)},
    }


def write(family, cases=cases):
    """Writes every case so far, or those given."""
    values = []
    length = 0

    def store(array):
        """A place in the binary file."""
        nonlocal length
        array = np.asarray(array, np.float32)
        values.append(array.ravel())
        start = length
        length += array.size
        return {"shape": list(array.shape), "start": start}

    index = {
        name: {
            "inputs": {key: store(value) for key, value in entry["inputs"].items()},
            "output": store(entry["output"]),
            "weights": store(entry["weights"]),
            "gradients": {key: store(value) for key, value in entry["gradients"].items()},
        }
        for name, entry in cases.items()
    }
    folder = Path(__file__).parents[2] / "test" / "golden" / "tensor"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{family}.bin").write_bytes(np.concatenate(values).astype("<f4").tobytes())
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in index.items())
    (folder / f"{family}.json").write_text("{\n" + lines + "\n}\n")
    print(len(cases), "cases,", length, "values, torch", torch.__version__)
