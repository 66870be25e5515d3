# The zoo's nets, written in plain PyTorch at small sizes and exported to ONNX by both exporters; for reading ONNX back.
# Run from the repository root: python tools/golden/torch_exports.py
# Made with Python 3.11, torch 2.15.0, onnx 1.23.2, onnxscript 0.7.2, numpy 2.4.6. Writes test/golden/onnx/: <net>.<exporter>.onnx, and
# exports.json and exports.bin (float32, little-endian) with an input, the outputs in evaluation mode, and the gradients of the mean
# cross-entropy with respect to every parameter, also in evaluation mode.
import copy
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.manual_seed(5)
# The legacy exporter knows no fused attention.
torch.backends.mha.set_fastpath_enabled(False)
folder = Path("test/golden/onnx")
classes = 3


class Head(nn.Module):
    """The head of the PTB-XL benchmark's CNNs (Strodthoff 2020): concat of both poolings, two dense layers with batch norm."""

    def __init__(self, channels, pooled=2, hidden=8):
        super().__init__()
        self.norm1 = nn.BatchNorm1d(pooled * channels)
        self.dropout1 = nn.Dropout(0.25)
        self.dense1 = nn.Linear(pooled * channels, hidden)
        self.norm2 = nn.BatchNorm1d(hidden)
        self.dropout2 = nn.Dropout(0.5)
        self.dense2 = nn.Linear(hidden, classes)

    def forward(self, x):
        x = torch.cat([nn.functional.adaptive_max_pool1d(x, 1), nn.functional.adaptive_avg_pool1d(x, 1)], 1).flatten(1)
        return self.features(x)

    def features(self, x):
        x = torch.relu(self.dense1(self.dropout1(self.norm1(x))))
        return self.dense2(self.dropout2(self.norm2(x)))


def conv(inputs, outputs, kernel, stride=1, bias=False):
    return nn.Conv1d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=bias)


def conv_norm(inputs, outputs, kernel, stride=1, act=True):
    layers = [conv(inputs, outputs, kernel, stride), nn.BatchNorm1d(outputs)]
    return nn.Sequential(*layers, nn.ReLU()) if act else nn.Sequential(*layers)


class FcnWang(nn.Module):
    def __init__(self, widths=(6, 8, 6)):
        super().__init__()
        self.body = nn.Sequential(*(conv_norm(a, b, k) for a, b, k in zip((12, *widths), widths, (8, 5, 3))))
        self.head = Head(widths[-1])

    def forward(self, x):
        return self.head(self.body(x))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = conv_norm(inputs, outputs, 5, stride)
        self.conv2 = conv_norm(outputs, outputs, 3, act=False)
        self.shortcut = conv_norm(inputs, outputs, 1, stride, act=False) if stride > 1 else nn.Identity()

    def forward(self, x):
        return torch.relu(self.conv2(self.conv1(x)) + self.shortcut(x))


class Resnet1dWang(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.stem = conv_norm(12, width, 7)
        self.blocks = nn.Sequential(*(BasicBlock(width, width, stride) for stride in (1, 2, 2)))
        self.head = Head(width)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


class InceptionModule(nn.Module):
    def __init__(self, inputs, filters, kernels=(19, 9, 5)):
        super().__init__()
        self.bottleneck = conv(inputs, filters, 1)
        self.convs = nn.ModuleList(conv(filters, filters, kernel) for kernel in kernels)
        self.pool = nn.MaxPool1d(3, 1, 1)
        self.after_pool = conv(inputs, filters, 1)
        self.norm = nn.BatchNorm1d(4 * filters)

    def forward(self, x):
        narrow = self.bottleneck(x)
        return torch.relu(self.norm(torch.cat([*(each(narrow) for each in self.convs), self.after_pool(self.pool(x))], 1)))


class Inception1d(nn.Module):
    def __init__(self, filters=2, depth=6):
        super().__init__()
        width = 4 * filters
        self.modules_ = nn.ModuleList(InceptionModule(12 if i == 0 else width, filters) for i in range(depth))
        self.shortcuts = nn.ModuleList(
            conv_norm(12 if i == 0 else width, width, 1, act=False) for i in range(depth // 3)
        )
        self.head = Head(width)

    def forward(self, x):
        residual = x
        for i, module in enumerate(self.modules_):
            x = module(x)
            if i % 3 == 2:
                x = residual = torch.relu(x + self.shortcuts[i // 3](residual))
        return self.head(x)


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.convs = nn.Sequential(
            conv_norm(inputs, width, 1), conv_norm(width, width, 5, stride), conv_norm(width, outputs, 1, act=False)
        )
        shortcut = [nn.AvgPool1d(2, ceil_mode=True)] if stride > 1 else []
        if inputs != outputs:
            shortcut.append(conv_norm(inputs, outputs, 1, act=False))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return torch.relu(self.convs(x) + self.shortcut(x))


class Xresnet1d(nn.Module):
    def __init__(self, width=3, counts=(1, 2, 1)):
        super().__init__()
        self.stem = nn.Sequential(
            conv_norm(12, 4, 5, 2), conv_norm(4, 4, 5), conv_norm(4, 6, 5), nn.MaxPool1d(3, 2, 1)
        )
        blocks, inputs = [], 6
        for stage, count in enumerate(counts):
            for i in range(count):
                blocks.append(Bottleneck(inputs, width, 2 if stage > 0 and i == 0 else 1))
                inputs = 4 * width
        self.blocks = nn.Sequential(*blocks)
        self.head = Head(inputs)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


class Conv1d12(nn.Module):
    def __init__(self, widths=(6, 8, 10)):
        super().__init__()
        layers = []
        for inputs, outputs, kernel in zip((12, *widths), widths, (7, 5, 3)):
            layers += [conv(inputs, outputs, kernel, bias=True), nn.ReLU(), nn.MaxPool1d(3, 2)]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Linear(widths[-1], 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, classes))

    def forward(self, x):
        return self.head(self.body(x))


class MultiBranch(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(1, 4, a, padding="same", bias=False), nn.ReLU(), nn.MaxPool1d(2),
                nn.Conv1d(4, 6, b, padding="same", bias=False), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
            )
            for a, b in ((4, 6), (6, 8), (8, 10))
        )  # fmt: skip
        self.dense = nn.Sequential(nn.Linear(216, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, classes))

    def forward(self, x):
        return self.dense(torch.cat([branch(x) for branch in self.branches], 1))


class Recurrent(nn.Module):
    """Two recurrent layers; average, maximum and last output (both directions' last) before the head."""

    def __init__(self, kind, bidirectional, hidden=5):
        super().__init__()
        self.rnn = kind(12, hidden, num_layers=2, batch_first=True, bidirectional=bidirectional)
        self.head = Head(hidden * (2 if bidirectional else 1), pooled=3)
        self.bidirectional = bidirectional
        self.hidden = hidden

    def forward(self, x):
        y, _ = self.rnn(x.transpose(1, 2))
        last = y[:, -1]
        if self.bidirectional:
            last = torch.cat([y[:, -1, : self.hidden], y[:, 0, self.hidden :]], 1)
        return self.head.features(torch.cat([y.mean(1), y.amax(1), last], 1))


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, reduction=2):
        super().__init__()
        self.dense1 = nn.Linear(channels, channels // reduction)
        self.dense2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        weight = torch.sigmoid(self.dense2(torch.relu(self.dense1(x.mean((2, 3))))))
        return x * weight.view(x.shape[0], x.shape[1], 1, 1)


class SeBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False, groups=2)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.attention = SqueezeExcitation(outputs)
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = torch.nn.functional.gelu(self.norm1(self.conv1(x)))
        return torch.relu(self.attention(self.norm2(self.conv2(y))) + self.shortcut(x))


class SeResnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 4, 5, 2, 2, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.blocks = nn.Sequential(SeBlock(4, 6, 1), SeBlock(6, 8, 2))
        self.norm = nn.LayerNorm(8)
        self.dense = nn.Linear(8, classes)

    def forward(self, x):
        return self.dense(self.norm(self.blocks(self.stem(x)).mean((2, 3))))


class Assorted(nn.Module):
    """What the zoo's nets leave out: transposed convolution, splits, expanded and chosen values, static shape arithmetic."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(2, 4, 4, stride=3, padding=1, output_padding=1)
        self.depthwise = nn.Conv1d(4, 8, 3, padding=2, dilation=2, groups=4)
        self.activations = nn.ModuleList([nn.LeakyReLU(0.2), nn.ELU(), nn.SiLU(), nn.Softplus(), nn.Mish(), nn.Hardswish()])
        self.token = nn.Parameter(torch.full((1, 1, 8), 0.3))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.groups = nn.GroupNorm(2, 8)
        self.dense = nn.Linear(8, classes)

    def forward(self, x):
        x = self.depthwise(self.up(x))
        x = self.groups(x)
        x = nn.functional.pad(x, (2, 1), value=0.1)
        x = nn.functional.avg_pool1d(x, 3, 2, padding=1, count_include_pad=True, ceil_mode=True)
        x = nn.functional.max_pool1d(x, 3, 2, ceil_mode=True)
        for activation in self.activations:
            x = activation(x)
        a, b = x.chunk(2, dim=1)
        x = torch.cat([torch.where(a > b, a, 0.5 * b), torch.clamp(b, -0.4, 0.6) ** 2 + a.abs().sqrt()], 1)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x.transpose(1, 2)], 1)
        y, _ = self.attention(x, x, x, need_weights=False)
        x = self.norm(x + y)[:, [0, 2, 1]].flatten(0, 1).view(x.shape[0], 3, -1)
        return nn.functional.log_softmax(self.dense(x[:, 0] + x[:, 1:].amax(1) - x.std(1)), 1)


nets = {
    "fcn_wang": (FcnWang(), (12, 48)),
    "resnet1d_wang": (Resnet1dWang(), (12, 48)),
    "inception1d": (Inception1d(), (12, 40)),
    "xresnet1d": (Xresnet1d(), (12, 70)),
    "conv1d12": (Conv1d12(), (12, 50)),
    "multi_branch": (MultiBranch(), (1, 50)),
    "lstm": (Recurrent(nn.LSTM, False), (12, 20)),
    "lstm_bidir": (Recurrent(nn.LSTM, True), (12, 20)),
    "gru": (Recurrent(nn.GRU, False), (12, 20)),
    "se_resnet": (SeResnet(), (1, 16, 16)),
    "assorted": (Assorted(), (2, 9)),
}


random = np.random.default_rng(11)
values, index = [], {}


def keep(array):
    start = sum(each.size for each in values)
    values.append(np.ascontiguousarray(array, dtype="<f4").reshape(-1))
    return {"shape": list(array.shape), "start": start}


def randomise(net, seed):
    """Weights as PyTorch draws them; norms and running statistics away from 1 and 0, so that a mistake shows."""
    generator = torch.Generator().manual_seed(seed)
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)):
            nn.init.uniform_(module.weight, 0.7, 1.4, generator=generator)
            nn.init.uniform_(module.bias, -0.2, 0.2, generator=generator)
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.running_mean, -0.2, 0.2, generator=generator)
            nn.init.uniform_(module.running_var, 0.5, 1.5, generator=generator)


def export(net, name, x):
    batch = {0: "batch"}
    common = {"input_names": ["x"], "output_names": ["logits"]}
    opsets = {"fcn_wang": 11, "resnet1d_wang": 13, "inception1d": 14, "xresnet1d": 15, "assorted": 16, "se_resnet": 12}
    torch.onnx.export(
        net, (x,), folder / f"{name}.legacy.onnx", dynamo=False, opset_version=opsets.get(name, 17),
        dynamic_axes={"x": batch, "logits": batch}, **common,
    )  # fmt: skip
    if name in ("resnet1d_wang", "fcn_wang"):
        # With batch norm, dropout and every initializer as they are; the plain call folds them into the convolutions.
        torch.onnx.export(
            net, (x,), folder / f"{name}.preserved.onnx", dynamo=False, opset_version=13, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE, keep_initializers_as_inputs=True, **common,
        )  # fmt: skip
    if name == "fcn_wang":
        # As for going on with the training elsewhere: dropout, and batch norm with its statistics as outputs.
        torch.onnx.export(
            copy.deepcopy(net), (x,), folder / f"{name}.training.onnx", dynamo=False, opset_version=17,
            do_constant_folding=False, training=torch.onnx.TrainingMode.TRAINING,
            dynamic_axes={"x": batch, "logits": batch}, **common,
        )  # fmt: skip
        # The exporter ran the copy once in training mode, which moved its statistics.
        model = onnx.load(folder / f"{name}.training.onnx")
        for tensor in model.graph.initializer:
            tensor.raw_data = net.state_dict()[tensor.name].numpy().tobytes()
        onnx.save(model, folder / f"{name}.training.onnx")
    dynamic = {"dynamic_shapes": ({0: torch.export.Dim("batch", min=2, max=4096)},)}
    program = torch.onnx.export(net, (x,), dynamo=True, verbose=False, **dynamic, **common)
    save(program, f"{name}.current.onnx")
    if name in ("resnet1d_wang", "lstm", "gru"):
        program = torch.onnx.export(net, (x,), dynamo=True, optimize=False, verbose=False, **dynamic, **common)
        save(program, f"{name}.unoptimised.onnx")


def save(program, file):
    model = program.model_proto
    # Notes for people on every node (source lines, paths), which nothing here reads.
    del model.metadata_props[:]
    for entry in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        entry.ClearField("metadata_props")
        entry.ClearField("doc_string")
    onnx.save(model, folder / file)


folder.mkdir(parents=True, exist_ok=True)
for seed, (name, (net, shape)) in enumerate(nets.items()):
    randomise(net, seed)
    net.eval()
    x = torch.tensor(random.standard_normal((4, *shape)), dtype=torch.float32)
    labels = torch.tensor([0, 2, 1, 2])
    logits = net(x)
    loss = nn.functional.cross_entropy(logits, labels)
    parameters = dict(net.named_parameters())
    slopes = torch.autograd.grad(loss, list(parameters.values()))
    with torch.no_grad():
        export(net, name, x)
    index[name] = {
        "x": keep(x.numpy()),
        "labels": labels.tolist(),
        "logits": keep(logits.detach().numpy()),
        "loss": loss.item(),
        "parameters": {key: keep(value.detach().numpy()) for key, value in parameters.items()},
        "gradients": {key: keep(slope.numpy()) for key, slope in zip(parameters, slopes)},
    }
np.concatenate(values).astype("<f4").tofile(folder / "exports.bin")
(folder / "exports.json").write_text(json.dumps(index) + "\n")
