# Golden values and gradients of the tensor ops, from PyTorch.
# Run from the repository root: python tools/golden/tensor.py
# Made with Python 3.11, torch 2.15.0, numpy 2.4.6. Writes test/golden/tensor/cases.json and cases.bin (float32, little-endian).
import numpy as np
import torch
import torch.nn.functional as F

from case_file import case, cases, normal, positive, random, spread, write


def same(length, size, stride, dilation):
    total = max((-(-length // stride) - 1) * stride + (size - 1) * dilation + 1 - length, 0)
    return total // 2, total - total // 2


def conv(x, w, stride=1, dilation=1, padding="valid", groups=1):
    rank = x.ndim - 2
    pads = []
    for axis in range(rank):
        if padding == "same":
            pads.append(same(x.shape[2 + axis], w.shape[2 + axis], stride, dilation))
        else:
            pads.append((0, 0) if padding == "valid" else padding)
    x = F.pad(x, [value for pair in reversed(pads) for value in pair])
    return (F.conv1d if rank == 1 else F.conv2d)(x, w, stride=stride, dilation=dilation, groups=groups)


case("add", {"a": normal(3, 1, 5), "b": normal(4, 1)}, lambda a, b: a + b)
case("sub", {"a": normal(1, 5), "b": normal(2, 3, 1)}, lambda a, b: a - b)
case("mul", {"a": normal(3, 1, 5), "b": normal(4, 5)}, lambda a, b: a * b)
case("div", {"a": normal(3, 4), "b": positive(3, 1)}, lambda a, b: a / b)
ties_a, ties_b = spread(4, 5), spread(4, 5, low=-1.33, high=1.7)
case("maximum", {"a": ties_a, "b": ties_b}, lambda a, b: torch.maximum(a, b))
case("minimum", {"a": ties_a, "b": ties_b[:1]}, lambda a, b: torch.minimum(a, b))
tied = ties_b.copy()
tied[1] = ties_a[1]
case("maximum-ties", {"a": ties_a, "b": tied}, lambda a, b: torch.maximum(a, b))
case("minimum-ties", {"a": ties_a, "b": tied}, lambda a, b: torch.minimum(a, b))
case("where-greater", {"a": ties_a, "b": ties_b}, lambda a, b: torch.where(a > b, a * 2, b * b))
case("where-equal", {"a": ties_a, "b": tied}, lambda a, b: torch.where(a == b, a, b * 3))

for name, function in {
    "neg": lambda x: torch.neg(x),
    "exp": lambda x: torch.exp(x),
    "abs": lambda x: torch.abs(x),
    "sign": lambda x: torch.sign(x) * x,
    "sigmoid": lambda x: torch.sigmoid(x),
    "tanh": lambda x: torch.tanh(x),
    "relu": lambda x: torch.relu(x),
    "leakyRelu": lambda x: F.leaky_relu(x, 0.01),
    "leakyRelu-alpha": lambda x: F.leaky_relu(x, 0.3),
    "elu": lambda x: F.elu(x),
    "elu-alpha": lambda x: F.elu(x, 0.7),
    "square": lambda x: torch.square(x),
    "cast": lambda x: (x > 0.2).float() * x,
}.items():
    case(name, {"x": spread(3, 7)}, function)
for name, function in {
    "log": lambda x: torch.log(x),
    "sqrt": lambda x: torch.sqrt(x),
    "pow-fraction": lambda x: x**1.7,
    "pow-negative": lambda x: x**-2,
}.items():
    case(name, {"x": positive(3, 7)}, function)
case("relu-zeros", {"x": np.maximum(spread(3, 7), 0)}, lambda x: torch.relu(x))

case("matmul", {"a": normal(5, 3), "b": normal(3, 7)}, lambda a, b: a @ b)
case("matmul-batched", {"a": normal(2, 5, 3), "b": normal(2, 3, 4)}, lambda a, b: a @ b)
case("matmul-broadcast", {"a": normal(2, 1, 3, 4), "b": normal(5, 4, 2)}, lambda a, b: a @ b)
case("matmul-shared", {"a": normal(2, 5, 3), "b": normal(3, 4)}, lambda a, b: a @ b)
case("matmul-one-row", {"a": normal(1, 3), "b": normal(3, 1)}, lambda a, b: a @ b)

case("transpose", {"x": normal(2, 3, 5)}, lambda x: x.permute(2, 0, 1))
case("reshape", {"x": normal(2, 3, 5)}, lambda x: x.reshape(5, 6))
case("reshape-scalar", {"x": normal(1, 1)}, lambda x: x.reshape(()))
case("broadcastTo", {"x": normal(3, 1)}, lambda x: x.expand(2, 3, 4))
case("concat", {"a": normal(2, 3, 5), "b": normal(2, 1, 5)}, lambda a, b: torch.cat([a, b, a], 1))
case("slice", {"x": normal(2, 7)}, lambda x: x[:, 2:6])
case("slice-negative", {"x": normal(2, 7)}, lambda x: x[:, -5:-1])
case("slice-step", {"x": normal(2, 7, 3)}, lambda x: x[:, 1:7:2])
case("slice-step-end", {"x": normal(8, 2)}, lambda x: x[1::3])
case("slice-whole-step", {"x": normal(8, 2)}, lambda x: x[::2])
case("gather", {"x": normal(2, 6, 3)}, lambda x: x[:, [[0, 2, 4], [1, 1, 5]]], fixed=("x",))
case("flip", {"x": normal(2, 3, 5)}, lambda x: x.flip([0, 2]))
case("pad", {"x": normal(2, 3, 5)}, lambda x: F.pad(x, (2, 1, 0, 3)))
case("pad-value", {"x": normal(2, 5)}, lambda x: F.pad(x, (0, 2), value=-1.5))


def insert_zeros(x):
    y = torch.zeros(x.shape[0], x.shape[1] * 3)
    y[:, ::3] = x
    return y


case("insertZeros", {"x": normal(2, 5)}, insert_zeros)
case("fill", {"x": normal(2, 5)}, lambda x: x * 2.5)

case("reduceSum", {"x": normal(2, 3, 5)}, lambda x: x.sum((0, 2)))
case("reduceSum-keep", {"x": normal(2, 3, 5)}, lambda x: x.sum(1, keepdim=True))
case("reduceSum-all", {"x": normal(2, 3, 5)}, lambda x: x.sum())
case("reduceMean", {"x": normal(2, 3, 5)}, lambda x: x.mean((1, 2)))
case("reduceMean-keep", {"x": normal(2, 3, 5)}, lambda x: x.mean((0,), keepdim=True))
case("reduceMax", {"x": spread(2, 3, 5)}, lambda x: x.amax((0, 2)))
case("reduceMax-ties", {"x": np.maximum(-spread(4, 6) - 1, 0)}, lambda x: x.amax(1, keepdim=True))

# batch, channels in, filters, length, taps, stride, dilation, padding, groups
convolutions = [
    (2, 3, 4, 11, 3, 1, 1, "valid", 1),
    (2, 3, 4, 11, 3, 1, 1, "same", 1),
    (2, 3, 4, 11, 4, 1, 1, "same", 1),
    (3, 1, 8, 25, 4, 1, 1, "same", 1),
    (3, 1, 8, 25, 6, 1, 1, "same", 1),
    (2, 8, 16, 13, 10, 1, 1, "same", 1),
    (1, 2, 3, 9, 5, 1, 1, "same", 1),
    (1, 1, 1, 1, 1, 1, 1, "valid", 1),
    (2, 3, 4, 12, 3, 2, 1, "same", 1),
    (2, 3, 4, 11, 4, 2, 1, "same", 1),
    (2, 3, 4, 14, 3, 3, 1, "valid", 1),
    (2, 3, 4, 14, 2, 3, 1, "same", 1),
    (2, 3, 4, 15, 3, 1, 2, "same", 1),
    (2, 3, 4, 16, 3, 2, 2, "same", 1),
    (2, 3, 4, 16, 3, 2, 3, (2, 1), 1),
    (2, 3, 4, 9, 3, 1, 1, (4, 0), 1),
    (1, 4, 6, 11, 3, 1, 1, "same", 2),
    (2, 4, 4, 11, 5, 2, 1, "same", 4),
    (2, 4, 8, 10, 3, 1, 2, "same", 4),
    (2, 5, 3, 7, 1, 1, 1, "valid", 1),
    (2, 5, 3, 7, 1, 2, 1, "valid", 1),
    (2, 3, 4, 40, 19, 1, 1, "same", 1),
]
for batch, channels, filters, length, taps, stride, dilation, padding, groups in convolutions:
    pads = padding if isinstance(padding, str) else "-".join(map(str, padding))
    case(
        f"conv1d b{batch} c{channels} f{filters} n{length} k{taps} s{stride} d{dilation} g{groups} {pads}",
        {"x": normal(batch, channels, length), "w": normal(filters, channels // groups, taps)},
        lambda x, w: conv(x, w, stride, dilation, padding, groups),
    )
planes = [
    (2, 3, 4, (7, 9), (3, 3), 1, 1, "same", 1),
    (1, 2, 3, (8, 5), (3, 2), 2, 1, "same", 1),
    (2, 2, 4, (9, 9), (3, 3), 1, 2, "valid", 2),
    (1, 3, 2, (6, 7), (1, 5), 1, 1, (2, 1), 1),
    (2, 3, 4, (7, 7), (3, 3), 3, 1, (1, 1), 1),
]
for batch, channels, filters, size, taps, stride, dilation, padding, groups in planes:
    pads = padding if isinstance(padding, str) else "-".join(map(str, padding))
    case(
        f"conv2d b{batch} c{channels} f{filters} n{size[0]}x{size[1]} k{taps[0]}x{taps[1]} s{stride} d{dilation} g{groups} {pads}",
        {"x": normal(batch, channels, *size), "w": normal(filters, channels // groups, *taps)},
        lambda x, w: conv(x, w, stride, dilation, padding, groups),
    )

for length, taps, stride, dilation, groups in [(7, 4, 1, 1, 1), (6, 3, 2, 1, 1), (5, 3, 3, 2, 2)]:
    case(
        f"transposedConvolution n{length} k{taps} s{stride} d{dilation} g{groups}",
        {"x": normal(2, 4, length), "w": normal(4, 3, taps)},
        lambda x, w: F.conv_transpose1d(x, w, stride=stride, padding=1, dilation=dilation, groups=groups),
    )


def pool(x, kind, size, stride, padding, ceil):
    rank = x.ndim - 2
    if kind == "max":
        if padding == "same":
            pads = [same(x.shape[2 + axis], size, stride, 1) for axis in range(rank)]
            x = F.pad(x, [value for pair in reversed(pads) for value in pair], value=-np.inf)
            padding = (0, 0)
        symmetric = 0 if padding == "valid" else padding[0]
        function = F.max_pool1d if rank == 1 else F.max_pool2d
        return function(x, size, stride, symmetric, ceil_mode=ceil)
    function = F.avg_pool1d if rank == 1 else F.avg_pool2d
    if padding == "same":
        pads = [same(x.shape[2 + axis], size, stride, 1) for axis in range(rank)]
        flat = [value for pair in reversed(pads) for value in pair]
        return function(F.pad(x, flat), size, stride) / function(F.pad(torch.ones_like(x), flat), size, stride)
    return function(x, size, stride, 0 if padding == "valid" else padding[0], ceil, False)


pools = [
    ((2, 3, 11), 2, 2, "valid", False),
    ((1, 3, 12), 2, 2, "valid", False),
    ((2, 1, 13), 3, 2, (1, 1), False),
    ((2, 2, 11), 3, 1, "same", False),
    ((2, 2, 11), 2, 2, "same", False),
    ((2, 2, 11), 3, 3, "valid", True),
    ((1, 2, 10), 3, 2, "valid", True),
    ((2, 2, 11), 2, 3, "valid", False),
    ((2, 2, 12), 4, 4, (2, 2), False),
    ((2, 2, 7, 9), 2, 2, "valid", False),
    ((1, 2, 7, 9), 3, 2, (1, 1), False),
    ((2, 1, 6, 5), 3, 3, "same", False),
    ((1, 1, 7, 5), 2, 2, "valid", True),
]
for kind in ("max", "average"):
    for shape, size, stride, padding, ceil in pools:
        pads = padding if isinstance(padding, str) else "-".join(map(str, padding))
        case(
            f"{kind}Pool {'x'.join(map(str, shape))} k{size} s{stride} {pads}{' ceil' if ceil else ''}",
            {"x": spread(*shape)},
            lambda x: pool(x, kind, size, stride, padding, ceil),
        )
zeros = np.maximum(spread(2, 3, 12), 0)
case("maxPool-ties", {"x": zeros}, lambda x: F.max_pool1d(x, 2))
case("maxPool-ties-overlap", {"x": zeros}, lambda x: F.max_pool1d(x, 3, 1, 1))
case("maxPool-after-relu", {"x": spread(2, 3, 12)}, lambda x: F.max_pool1d(torch.relu(x), 2))
case("globalAveragePool", {"x": normal(2, 3, 7)}, lambda x: x.mean(2))
case("globalMaxPool", {"x": spread(2, 3, 7)}, lambda x: x.amax(2))

case("softmax", {"x": normal(2, 4, 3)}, lambda x: torch.softmax(x, 1))
case("softmax-last", {"x": normal(3, 5) * 4}, lambda x: torch.softmax(x, -1))
case("logSoftmax", {"x": normal(3, 5) * 4}, lambda x: torch.log_softmax(x, -1))
hot = np.eye(5, dtype=np.float32)[[4, 0, 2]]
soft = random.dirichlet(np.ones(5), 3).astype(np.float32)
weights = np.array([0.5, 2, 1], np.float32)
case(
    "softmaxCrossEntropy",
    {"logits": normal(3, 5) * 3, "labels": hot},
    lambda logits, labels: F.cross_entropy(logits, labels, reduction="none"),
    fixed=("labels",),
)
case(
    "softmaxCrossEntropy-soft",
    {"logits": normal(3, 5) * 3, "labels": soft},
    lambda logits, labels: F.cross_entropy(logits, labels, reduction="none"),
)
case(
    "softmaxCrossEntropy-weighted",
    {"logits": normal(3, 5), "labels": hot, "weights": weights},
    lambda logits, labels, weights: (F.cross_entropy(logits, labels, reduction="none") * weights).sum() / weights.sum(),
    fixed=("labels", "weights"),
)

for shape in [(4, 3, 5), (1, 2, 7), (5, 3), (2, 3, 4, 3)]:
    channels = shape[1]
    statistics = {
        "gain": normal(channels),
        "bias": normal(channels),
        "mean": normal(channels),
        "variance": positive(channels),
    }
    label = "x".join(map(str, shape))
    case(
        f"batchNorm-training {label}",
        {"x": normal(*shape), "gain": statistics["gain"], "bias": statistics["bias"]},
        lambda x, gain, bias: F.batch_norm(x, None, None, gain, bias, True, 0.1, 1e-5),
    )
    x = normal(*shape)
    # The running statistics carry no gradient in PyTorch: only their values are compared.
    means, variances = torch.tensor(statistics["mean"]), torch.tensor(statistics["variance"])
    F.batch_norm(torch.tensor(x), means, variances, None, None, True, 0.2, 1e-5)
    for which, output in (("mean", means), ("variance", variances)):
        cases[f"batchNorm-running-{which} {label}"] = {
            "inputs": {"x": x, "mean": statistics["mean"], "variance": statistics["variance"]},
            "output": output.numpy(),
            "weights": np.ones(channels, np.float32),
            "gradients": {},
        }
    case(
        f"batchNorm-inference {label}",
        {"x": normal(*shape), **statistics},
        lambda x, gain, bias, mean, variance: (x - mean.reshape(1, -1, *[1] * (x.ndim - 2)))
        / torch.sqrt(variance + 1e-5).reshape(1, -1, *[1] * (x.ndim - 2))
        * gain.reshape(1, -1, *[1] * (x.ndim - 2))
        + bias.reshape(1, -1, *[1] * (x.ndim - 2)),
    )


write("cases")
