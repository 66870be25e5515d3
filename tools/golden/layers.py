# Golden values and gradients of the convolutions, pools, norms, activations, embeddings and attention that tensor.py does
# not have, from PyTorch. A case's settings, as our functions take them, stand in its name as JSON.
# Run from the repository root: python tools/golden/layers.py
# Made with Python 3.11, torch 2.15.0, numpy 2.4.6. Writes test/golden/tensor/layers.json and layers.bin.
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

from case_file import case, normal, random, spread, write


def settled(function, label, options, inputs, compute, fixed=()):
    case(f"{function} {label} {json.dumps(options, separators=(',', ':'))}", inputs, compute, fixed)


def label(shape, *more):
    return " ".join(["x".join(map(str, shape)), *more])


def pairs(value, rank):
    """Settings for all axes, or one for each."""
    return [value] * rank if isinstance(value, int) else list(value)


# Convolutions with settings per axis and in groups; depthwise is as many groups as channels.
for shape, weight, options in [
    ((2, 6, 11), (9, 2, 3), {"groups": 3, "padding": 1}),
    ((2, 6, 12), (6, 1, 5), {"groups": 6, "padding": 2, "stride": 2}),
    ((1, 4, 9), (8, 1, 3), {"groups": 4, "dilation": 2, "padding": [2, 1]}),
    ((1, 3, 2), (5, 3, 1), {}),
    ((2, 3, 7, 9), (4, 3, 3, 2), {"stride": [2, 1], "padding": [[1, 1], [0, 1]]}),
    ((1, 4, 8, 7), (6, 2, 3, 3), {"groups": 2, "dilation": [1, 2], "stride": [1, 2], "padding": 1}),
    ((2, 3, 6, 5), (3, 1, 3, 3), {"groups": 3, "padding": 1}),
    ((1, 4, 7, 7), (8, 1, 3, 3), {"groups": 4, "stride": 2, "padding": 1}),
    ((2, 1, 5, 5), (2, 1, 5, 1), {"padding": [2, "valid"]}),
]:
    rank = len(shape) - 2

    def convolve(x, w, options=options, rank=rank):
        padding = options.get("padding", 0)
        if isinstance(padding, int):
            sides = [[padding, padding]] * rank
        elif rank == 1:
            sides = [padding]
        else:
            sides = [[p, p] if isinstance(p, int) else [0, 0] if p == "valid" else p for p in padding]
        x = F.pad(x, [v for side in reversed(sides) for v in side])
        own = {k: v for k, v in options.items() if k != "padding"}
        return (F.conv1d if rank == 1 else F.conv2d)(x, w, **own)

    settled(f"conv{rank}d", label(shape, label(weight)), options, {"x": normal(*shape), "w": normal(*weight)}, convolve)

# Transposed convolutions.
for shape, weight, options in [
    ((2, 3, 7), (3, 4, 4), {}),
    ((2, 3, 7), (3, 4, 4), {"stride": 2, "padding": 1}),
    ((2, 3, 6), (3, 4, 3), {"stride": 2, "padding": 1, "outputPadding": 1}),
    ((1, 4, 5), (4, 3, 3), {"stride": 3, "groups": 2, "outputPadding": 2}),
    ((2, 4, 6), (4, 1, 5), {"groups": 4, "dilation": 2, "padding": 3}),
    ((1, 2, 4), (2, 3, 2), {"stride": 4, "outputPadding": 3}),
    ((1, 1, 1), (1, 1, 1), {}),
    ((2, 2, 5), (2, 3, 3), {"stride": 1, "dilation": 3, "outputPadding": 2}),
    ((2, 3, 4, 5), (3, 2, 3, 3), {"stride": 2, "padding": 1, "outputPadding": 1}),
    ((1, 4, 3, 5), (4, 2, 2, 3), {"stride": [2, 1], "groups": 2, "padding": [0, 1], "outputPadding": [1, 0]}),
    ((2, 2, 5, 4), (2, 1, 3, 2), {"groups": 2, "dilation": [1, 2], "stride": [3, 2]}),
]:
    rank = len(shape) - 2
    ours = dict(options)
    if rank == 2 and isinstance(options.get("padding"), list):
        # A pair of numbers is before and after to us, and one per axis to PyTorch.
        ours["padding"] = [[p, p] for p in options["padding"]]

    def transposed(x, w, options=options, rank=rank):
        own = {k.replace("outputPadding", "output_padding"): v for k, v in options.items()}
        return (F.conv_transpose1d if rank == 1 else F.conv_transpose2d)(x, w, **own)

    settled(
        f"convTranspose{rank}d", label(shape, label(weight)), ours, {"x": normal(*shape), "w": normal(*weight)}, transposed
    )
for shape, weight, stride in [((2, 3, 7), (3, 2, 5), 2), ((1, 2, 4), (2, 2, 2), 3)]:
    # As Keras: as many outputs as inputs times the stride, by the cut that the convolution's own 'same' padding makes.
    def same(x, w, stride=stride, taps=weight[2]):
        whole = F.conv_transpose1d(x, w, stride=stride)
        surplus = whole.shape[2] - x.shape[2] * stride
        if surplus < 0:
            return F.pad(whole, (0, -surplus))
        return whole[:, :, surplus // 2 : whole.shape[2] - (surplus - surplus // 2)]

    settled(
        "convTranspose1d",
        label(shape, label(weight)),
        {"stride": stride, "padding": "same"},
        {"x": normal(*shape), "w": normal(*weight)},
        same,
    )

# Pools in ceil mode, with padding counted and not.
for kind in ("max", "average"):
    for shape, options in [
        ((2, 3, 11), {"size": 3, "stride": 2, "padding": 1, "ceilMode": True}),
        ((1, 2, 10), {"size": 4, "stride": 3, "padding": 2, "ceilMode": True}),
        ((2, 1, 7), {"size": 2, "stride": 2, "ceilMode": True}),
        ((2, 1, 7), {"size": 2, "stride": 3, "padding": 1, "ceilMode": True}),
        ((1, 2, 6), {"size": 2, "stride": 3, "ceilMode": True}),
        ((1, 1, 1), {"size": 1}),
        ((2, 2, 7, 9), {"size": 3, "stride": 2, "padding": 1, "ceilMode": True}),
        ((1, 2, 6, 8), {"size": [2, 3], "stride": [2, 1], "padding": [[0, 0], [1, 1]], "ceilMode": True}),
        ((1, 2, 5, 7), {"size": [3, 2], "stride": [1, 3], "padding": [[1, 1], [1, 1]]}),
    ]:
        rank = len(shape) - 2
        padding = options.get("padding", 0)
        sides = padding if isinstance(padding, int) else [p[0] for p in padding]
        own = {"kernel_size": options["size"], "stride": options.get("stride"), "padding": sides}
        own["ceil_mode"] = options.get("ceilMode", False)
        if kind == "max":
            function = F.max_pool1d if rank == 1 else F.max_pool2d
            settled("maxPool", label(shape), options, {"x": spread(*shape)}, lambda x: function(x, **own))
            continue
        function = F.avg_pool1d if rank == 1 else F.avg_pool2d
        for counted in (False, True):
            settled(
                "averagePool",
                label(shape),
                {**options, "countPadding": counted},
                {"x": spread(*shape)},
                lambda x: function(x, **own, count_include_pad=counted),
            )
settled("maxPool", "2x2x13", {"size": 3, "dilation": 2}, {"x": spread(2, 2, 13)}, lambda x: F.max_pool1d(x, 3, dilation=2))
settled(
    "maxPool",
    "1x2x9x8",
    {"size": 2, "stride": 1, "dilation": [3, 2], "padding": 1},
    {"x": spread(1, 2, 9, 8)},
    lambda x: F.max_pool2d(x, 2, 1, padding=1, dilation=(3, 2)),
)
for shape, output in [
    ((2, 3, 12), 4),
    ((2, 3, 11), 4),
    ((1, 2, 7), 7),
    ((1, 2, 5), 8),
    ((2, 1, 9), 1),
    ((2, 2, 7, 9), 1),
    ((2, 2, 7, 9), [3, 3]),
    ((1, 2, 6, 5), [4, 2]),
    ((1, 1, 3, 4), [5, 2]),
]:
    rank = len(shape) - 2
    average = F.adaptive_avg_pool1d if rank == 1 else F.adaptive_avg_pool2d
    maximum = F.adaptive_max_pool1d if rank == 1 else F.adaptive_max_pool2d
    settled("adaptiveAveragePool", label(shape), {"output": output}, {"x": spread(*shape)}, lambda x: average(x, output))
    settled("adaptiveMaxPool", label(shape), {"output": output}, {"x": spread(*shape)}, lambda x: maximum(x, output))
for shape in [(2, 3, 7), (1, 1, 1), (2, 2, 3, 5)]:
    axes = tuple(range(2, len(shape)))
    settled(
        "concatPool", label(shape), {}, {"x": spread(*shape)}, lambda x: torch.cat([x.amax(axes), x.mean(axes)], 1)
    )

# Norms.
for shape, features in [((3, 5), (5,)), ((1, 4, 7), (7,)), ((2, 3, 4, 5), (4, 5)), ((1, 1, 3), (3,))]:
    inputs = {"x": normal(*shape), "gain": normal(*features), "bias": normal(*features)}
    for epsilon in (1e-5, 1e-2):
        settled(
            "layerNorm",
            label(shape),
            {"epsilon": epsilon},
            inputs,
            lambda x, gain, bias: F.layer_norm(x, features, gain, bias, epsilon),
        )
for shape, groups in [((2, 6, 5), 3), ((1, 4, 7), 1), ((2, 4, 3, 5), 4), ((3, 6), 2), ((2, 6, 1), 2)]:
    inputs = {"x": normal(*shape), "gain": normal(shape[1]), "bias": normal(shape[1])}
    settled(
        "groupNorm",
        label(shape),
        {"groups": groups},
        inputs,
        lambda x, gain, bias: F.group_norm(x, groups, gain, bias, 1e-5),
    )

# Activations, also far from 0.
for name, function in {
    "erf": lambda x: torch.erf(x),
    "gelu": lambda x: F.gelu(x),
    "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": lambda x: F.silu(x),
    "mish": lambda x: F.mish(x),
    "softplus": lambda x: F.softplus(x),
}.items():
    case(name, {"x": spread(3, 7, low=-4, high=4)}, function)
    case(f"{name} far", {"x": np.array([[-90, -30, -12, -1e-3, 0, 1e-3, 12, 21, 30, 90]], np.float32)}, function)
    case(f"{name} one", {"x": spread(1, 1)}, function)

# Embeddings: row numbers come as floats and are cast.
for name, rows, shape in [("embedding", 5, (3, 4)), ("embedding one", 3, (1,)), ("embedding many rows", 300, (2, 7))]:
    inputs = {"indices": random.integers(0, rows, shape).astype(np.float32), "table": normal(rows, 3)}
    case(name, inputs, lambda indices, table: F.embedding(indices.long(), table), fixed=("indices",))

# Products of any leading axes.
for a, b in [((1, 1, 3), (1, 3, 1)), ((2, 3, 4, 5), (2, 3, 5, 1)), ((4, 3), (2, 3, 5)), ((2, 1, 4, 3), (3, 3, 2)), ((3, 1, 2, 2), (1, 4, 2, 3))]:
    case(f"matmul {label(a, label(b))}", {"a": normal(*a), "b": normal(*b)}, lambda a, b: a @ b)

# Attention. Masks come as floats: above 0 may be seen, or added where they say so.
for shape, keys, kind in [((2, 2, 5, 3), 5, "none"), ((1, 1, 1, 1), 1, "none"), ((2, 2, 4, 3), 6, "bool"), ((1, 3, 4, 2), 4, "float")]:
    batch, heads, queries, features = shape
    inputs = {"q": normal(*shape), "k": normal(batch, heads, keys, features), "v": normal(batch, heads, keys, features + 1)}
    if kind != "none":
        mask = (random.random((queries, keys)) < 0.6).astype(np.float32)
        mask[:, 0] = 1
        inputs["mask"] = mask if kind == "bool" else normal(batch, 1, queries, keys)

    def attend(q, k, v, mask=None, kind=kind):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask > 0 if kind == "bool" else mask)

    case(f"attention {kind} {label(shape)}", inputs, attend, fixed=("mask",) if kind == "bool" else ())


# Whole layers, by the names of their weights. Ours keep dense kernels as [input, output].
def dense(x, weight, bias):
    return x @ weight + bias


def heads_of(x, heads):
    return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


for shape, heads in [((2, 5, 6), 2), ((1, 1, 4), 4), ((2, 7, 6), 3)]:
    features = shape[2]
    module = torch.nn.MultiheadAttention(features, heads, batch_first=True)
    inputs = {"x": normal(*shape)}
    for part in ("query", "key", "value", "output"):
        inputs[f"layer.{part}.weight"] = normal(features, features) * 0.5
        inputs[f"layer.{part}.bias"] = normal(features)

    def attended(**given):
        weights = {name: given[f"layer.{name}.weight"] for name in ("query", "key", "value", "output")}
        biases = {name: given[f"layer.{name}.bias"] for name in ("query", "key", "value", "output")}
        x = given["x"]
        names = ("query", "key", "value")
        parameters = {
            "in_proj_weight": torch.cat([weights[name].T for name in names]),
            "in_proj_bias": torch.cat([biases[name] for name in names]),
            "out_proj.weight": weights["output"].T,
            "out_proj.bias": biases["output"],
        }
        output, _ = torch.func.functional_call(module, parameters, (x, x, x), {"need_weights": False})
        return output

    # A bias of the keys moves all scores of a query alike: its slope is 0 but for rounding.
    settled("layers.attention", label(shape), {"heads": heads}, inputs, attended, fixed=("layer.key.bias",))

for shape, ratio in [((2, 8, 5), 4), ((1, 4, 3, 5), 2), ((2, 3, 1), 16)]:
    channels = shape[1]
    hidden = max(1, channels // ratio)
    inputs = {
        "x": normal(*shape),
        "layer.reduce.weight": normal(channels, hidden),
        "layer.reduce.bias": spread(hidden),
        "layer.expand.weight": normal(hidden, channels),
        "layer.expand.bias": normal(channels),
    }

    def squeezed(**given):
        x = given["x"]
        mean = x.mean(tuple(range(2, x.ndim)))
        inner = torch.relu(dense(mean, given["layer.reduce.weight"], given["layer.reduce.bias"]))
        gate = torch.sigmoid(dense(inner, given["layer.expand.weight"], given["layer.expand.bias"]))
        return x * gate.reshape(*gate.shape, *[1] * (x.ndim - 2))

    settled("layers.squeezeExcite", label(shape), {"ratio": ratio}, inputs, squeezed)

for shape, filters, kernel, padding in [((2, 3, 9), 4, 3, 1), ((1, 2, 6, 5), 5, 3, 1)]:
    rank = len(shape) - 2
    channels = shape[1]
    inputs = {
        "x": normal(*shape),
        "layer.depthwise.weight": normal(channels, 1, *[kernel] * rank),
        "layer.pointwise.weight": normal(filters, channels, *[1] * rank),
        "layer.pointwise.bias": normal(1, filters, *[1] * rank),
    }

    def separable(rank=rank, channels=channels, padding=padding, **given):
        function = F.conv1d if rank == 1 else F.conv2d
        inner = function(given["x"], given["layer.depthwise.weight"], padding=padding, groups=channels)
        return function(inner, given["layer.pointwise.weight"]) + given["layer.pointwise.bias"]

    options = {"filters": filters, "kernel": kernel, "padding": padding}
    settled(f"layers.separableConv{rank}d", label(shape), options, inputs, separable)

inputs = {"x": normal(2, 3, 4), "layer.weight": normal(3, 2, 3), "layer.bias": normal(1, 4, 1)}
settled(
    "layers.convTranspose1d",
    label((2, 3, 4)),
    {"filters": 4, "kernel": 3, "stride": 2, "groups": 1, "outputPadding": 1},
    {**inputs, "layer.weight": normal(3, 4, 3)},
    lambda **given: F.conv_transpose1d(given["x"], given["layer.weight"], stride=2, output_padding=1) + given["layer.bias"],
)

for time, features in [(5, 6), (1, 1), (4, 3)]:
    place = np.arange(time)[:, None]
    angle = place / 10000 ** (2 * (np.arange(features)[None, :] // 2) / features)
    encoding = np.where(np.arange(features) % 2 == 0, np.sin(angle), np.cos(angle)).astype(np.float32)
    settled(
        "layers.positions",
        label((2, time, features)),
        {"kind": "sinusoidal"},
        {"x": normal(2, time, features)},
        lambda x: x + torch.tensor(encoding),
    )
settled(
    "layers.positions",
    label((2, 3, 4)),
    {"kind": "learned"},
    {"x": normal(2, 3, 4), "layer.positions": normal(3, 4)},
    lambda **given: given["x"] + given["layer.positions"],
)
assert math.isclose(float(F.gelu(torch.tensor(1.0))), 0.8413447, rel_tol=1e-6)

write("layers")
