# Golden values and gradients of recurrent ops and layers, from PyTorch: nn.LSTM, nn.GRU, and a ConvLSTM written here after
# Shi et al. (2015).
# Run from the repository root: python tools/golden/recurrent.py
# Made with Python 3.11, torch 2.15.0, numpy 2.4.6. Writes test/golden/tensor/recurrent{,-layers}.{json,bin} (float32, little-endian).
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

from case_file import write

random = np.random.default_rng(11)


def normal(*shape, scale=1.0):
    return (random.standard_normal(shape) * scale).astype(np.float32)


def case(cases, name, inputs, function):
    """inputs: name → array; function(tensors) → tensor. Gradients are those of Σ output·weights."""
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in inputs.items()}
    output = function(tensors)
    weights = normal(*output.shape)
    slopes = torch.autograd.grad((output * torch.tensor(weights)).sum(), list(tensors.values()), allow_unused=True)
    cases[name] = {
        "inputs": inputs,
        "output": output.detach().numpy(),
        "weights": weights,
        "gradients": {
            key: (torch.zeros_like(tensors[key]) if slope is None else slope).numpy() for key, slope in zip(inputs, slopes)
        },
    }


def flipped(x, reverse):
    return x.flip(2) if reverse else x


# One layer, one direction: x [batch, channel, time] → [batch, unit, time], and the last cell state [batch, unit].
ops = {}
gates = {"lstm": 4, "gru": 3}
for kind, shape, units in [
    ("lstm", (3, 5, 7), 4),
    ("lstm", (1, 3, 6), 5),
    ("lstm", (4, 2, 1), 3),
    ("gru", (3, 5, 7), 4),
    ("gru", (1, 3, 6), 5),
    ("gru", (4, 2, 1), 3),
]:
    batch, channels, time = shape
    rows = gates[kind] * units
    for reverse in (False, True):
        for part in ("output", "cell", "both") if kind == "lstm" else ("output",):
            inputs = {
                "x": normal(*shape),
                "input": normal(rows, channels, scale=0.6),
                "hidden": normal(rows, units, scale=0.6),
                "inputBias": normal(rows, scale=0.5),
                "hiddenBias": normal(rows, scale=0.5),
            }

            def run(t):
                net = (nn.LSTM if kind == "lstm" else nn.GRU)(channels, units, batch_first=True)
                names = {
                    "weight_ih_l0": t["input"],
                    "weight_hh_l0": t["hidden"],
                    "bias_ih_l0": t["inputBias"],
                    "bias_hh_l0": t["hiddenBias"],
                }
                y, last = functional_call(net, names, (flipped(t["x"], reverse).transpose(1, 2),))
                y = flipped(y.transpose(1, 2), reverse)
                if part == "output":
                    return y
                return last[1][0] if part == "cell" else torch.cat([y.flatten(1), last[1][0]], 1)

            label = "reverse" if reverse else "forward"
            case(ops, f"{kind} {'x'.join(map(str, shape))} u{units} {label} {part}", inputs, run)
case(ops, "split", {"x": normal(3, 7, 2)}, lambda t: torch.cat([t["x"][:, 3:4] * 2, t["x"][:, :3].exp()], 1))


# Whole layers, by the names that our layers give their weights.
layers = {}


def recurrent(kind, shape, units, depth, bidirectional, part):
    batch, channels, time = shape
    net = (nn.LSTM if kind == "lstm" else nn.GRU)(channels, units, depth, batch_first=True, bidirectional=bidirectional)
    theirs = {"inputWeight": "weight_ih", "hiddenWeight": "weight_hh", "inputBias": "bias_ih", "hiddenBias": "bias_hh"}
    names = {
        f"rnn.layer{layer + 1}.{'reverse.' if reverse else ''}{ours}": f"{their}_l{layer}{'_reverse' if reverse else ''}"
        for layer in range(depth)
        for reverse in ((False, True) if bidirectional else (False,))
        for ours, their in theirs.items()
    }
    sizes = dict(net.named_parameters())
    assert sorted(sizes) == sorted(names.values())
    inputs = {"x": normal(*shape), **{our: normal(*sizes[their].shape, scale=0.5) for our, their in names.items()}}

    def run(t):
        y, last = functional_call(net, {their: t[our] for our, their in names.items()}, (t["x"].transpose(1, 2),))
        hidden, cell = last if kind == "lstm" else (last, None)
        # [layer·direction, batch, unit]: the last layer's, both directions beside each other.
        wide = lambda states: torch.cat(list(states[-(2 if bidirectional else 1) :]), 1)
        return {"output": lambda: y.transpose(1, 2), "hidden": lambda: wide(hidden), "cell": lambda: wide(cell)}[part]()

    label = f"{kind} {'x'.join(map(str, shape))} u{units} l{depth} {'both' if bidirectional else 'one'} {part}"
    case(layers, label, inputs, run)


for kind in ("lstm", "gru"):
    for shape, units, depth, both in [((3, 5, 7), 4, 2, False), ((2, 3, 5), 3, 3, True), ((1, 2, 1), 3, 2, True)]:
        for part in ("output", "hidden", "cell") if kind == "lstm" else ("output", "hidden"):
            recurrent(kind, shape, units, depth, both, part)


def conv_lstm(x, w, reverse):
    """x [batch, time, channel, height, width] → outputs [batch, time, filter, height, width], last output, last cell.

    i, f, o = σ(W∗x + U∗h + V∘c + b), g = tanh(W∗x + U∗h + b), c′ = f∘c + i∘g, h′ = o∘tanh c′; o looks at c′. V only with peepholes.
    """
    filters, size = w["hiddenWeight"].shape[1], w["inputWeight"].shape[2]
    h = c = x.new_zeros(x.shape[0], filters, *x.shape[3:])
    steps = []
    for now in reversed(x.unbind(1)) if reverse else x.unbind(1):
        i, f, g, o = (
            F.conv2d(now, w["inputWeight"], w["bias"], padding="same") + F.conv2d(h, w["hiddenWeight"], padding="same")
        ).chunk(4, 1)
        if "peephole" in w:
            i, f = i + w["peephole"][0] * c, f + w["peephole"][1] * c
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        if "peephole" in w:
            o = o + w["peephole"][2] * c
        h = torch.sigmoid(o) * torch.tanh(c)
        steps.append(h)
    return torch.stack(steps[::-1] if reverse else steps, 1), h, c


for shape, filters, kernel, both, peephole in [
    ((2, 3, 2, 5, 4), 3, 3, False, False),
    ((2, 2, 3, 4, 5), 2, 3, True, False),
    ((1, 3, 1, 5, 3), 2, 5, True, True),
    ((3, 1, 2, 3, 3), 2, 1, True, False),
]:
    for part in ("output", "hidden", "cell"):
        inputs = {"x": normal(*shape)}
        for prefix in ("rnn.", "rnn.reverse.") if both else ("rnn.",):
            inputs[f"{prefix}inputWeight"] = normal(4 * filters, shape[2], kernel, kernel, scale=0.3)
            inputs[f"{prefix}hiddenWeight"] = normal(4 * filters, filters, kernel, kernel, scale=0.3)
            inputs[f"{prefix}bias"] = normal(4 * filters, scale=0.5)
            if peephole:
                inputs[f"{prefix}peephole"] = normal(3, filters, *shape[3:], scale=0.5)

        def run(t):
            results = []
            for prefix in ("rnn.", "rnn.reverse.") if both else ("rnn.",):
                w = {k.removeprefix(prefix): v for k, v in t.items() if k.rpartition(".")[0] + "." == prefix}
                results.append(dict(zip(("output", "hidden", "cell"), conv_lstm(t["x"], w, prefix != "rnn."))))
            return torch.cat([result[part] for result in results], 2 if part == "output" else 1)

        label = f"convLstm {'x'.join(map(str, shape))} f{filters} k{kernel} {'both' if both else 'one'}"
        case(layers, f"{label}{' peephole' if peephole else ''} {part}", inputs, run)


# An image large enough for the form that its input gradient then takes.
case(
    ops,
    "image-convolution",
    {"x": normal(2, 3, 9, 8), "w": normal(5, 3, 3, 3)},
    lambda t: F.conv2d(t["x"], t["w"], padding=1),
)


write("recurrent", ops)
write("recurrent-layers", layers)
