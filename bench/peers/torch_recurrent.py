# The recurrent nets in PyTorch on the CPU, in one process of one thread, as one of two replicas computes its shard of a batch.
# Usage: python bench/peers/torch_recurrent.py --serve     reads lines "train|infer MODE NET BATCH SECONDS", answers one JSON line each
# Modes: eager, compile. Needs: pip install torch
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)


class Head(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm1d(features),
            nn.Dropout(0.25),
            nn.Linear(features, 128),
            nn.ReLU(),
            nn.BatchNorm1d(128),
            nn.Dropout(0.5),
            nn.Linear(128, classes),
        )

    def forward(self, x):
        return self.layers(x)


class RecurrentNet(nn.Module):
    def __init__(self, kind, bidirectional, classes=71):
        super().__init__()
        self.recurrent = kind(12, 256, 2, batch_first=True, bidirectional=bidirectional)
        self.head = Head(768 * (2 if bidirectional else 1), classes)

    def forward(self, x):
        y, _ = self.recurrent(x.transpose(1, 2))
        return self.head(torch.cat([y.mean(1), y.amax(1), y[:, -1]], 1))


class ConvLstm(nn.Module):
    """Both directions; x: list of images, the last states beside each other."""

    def __init__(self, channels, filters):
        super().__init__()
        self.inputs = nn.ModuleList(nn.Conv2d(channels, 4 * filters, 3, padding=1) for _ in range(2))
        self.hidden = nn.ModuleList(nn.Conv2d(filters, 4 * filters, 3, padding=1, bias=False) for _ in range(2))

    def forward(self, images):
        last = []
        for direction in range(2):
            h = c = None
            for now in images if direction == 0 else images[::-1]:
                gates = self.inputs[direction](now)
                if h is not None:
                    gates = gates + self.hidden[direction](h)
                i, f, g, o = gates.chunk(4, 1)
                written = torch.sigmoid(i) * torch.tanh(g)
                c = written if c is None else torch.sigmoid(f) * c + written
                h = torch.sigmoid(o) * torch.tanh(c)
            last.append(h)
        return torch.cat(last, 1)


def norm_convolution(channels, filters, kernel, stride):
    return nn.Sequential(
        nn.Conv2d(channels, filters, kernel, stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(filters)
    )


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        same = stride == 1 and channels == filters
        self.shortcut = nn.Identity() if same else norm_convolution(channels, filters, 1, stride)
        self.first = norm_convolution(channels, filters, 3, stride)
        self.second = norm_convolution(filters, filters, 3, 1)
        self.excite = nn.Sequential(
            nn.Linear(filters, filters // 8), nn.ReLU(), nn.Linear(filters // 8, filters), nn.Sigmoid()
        )
        self.attention = ConvLstm(filters, filters // 2)

    def forward(self, x):
        shortcut = self.shortcut(x)
        residual = self.second(F.relu(self.first(x)))
        excited = residual * self.excite(residual.mean((2, 3)))[:, :, None, None]
        return F.relu(shortcut + self.attention([shortcut, excited]))


class HaResnet(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        self.embed = norm_convolution(1, 32, 3, 2)
        self.blocks = nn.Sequential(Block(32, 32, 1), Block(32, 64, 2), Block(64, 128, 2))
        self.output = nn.Sequential(nn.Dropout(0.5), nn.Linear(128, classes))

    def forward(self, x):
        return self.output(self.blocks(F.relu(self.embed(x))).mean((2, 3)))


nets = {
    "lstm": (lambda: RecurrentNet(nn.LSTM, False), (12, 250), 71),
    "lstm_bidir": (lambda: RecurrentNet(nn.LSTM, True), (12, 250), 71),
    "gru": (lambda: RecurrentNet(nn.GRU, False), (12, 250), 71),
    "ha_resnet-32": (HaResnet, (1, 32, 32), 5),
    "ha_resnet-64": (HaResnet, (1, 64, 64), 5),
}
prepared = {}


def prepare(kind, mode, name, batch):
    torch.manual_seed(1)
    build, shape, classes = nets[name]
    model = build()
    x, y = torch.randn(batch, *shape), torch.randint(0, classes, (batch,))
    if kind == "infer":
        model.eval()
        forward = torch.compile(model) if mode == "compile" else model

        def infer():
            with torch.inference_mode():
                forward(x)

        return model, infer
    loss = lambda: F.cross_entropy(model(x), y)
    forward = torch.compile(loss) if mode == "compile" else loss

    def train():
        model.zero_grad(set_to_none=True)
        forward().backward()

    return model, train


def measure(kind, mode, name, batch, seconds):
    key = (kind, mode, name, batch)
    if key not in prepared:
        prepared.clear()
        prepared[key] = prepare(kind, mode, name, batch)
        for _ in range(2):
            prepared[key][1]()
    model, step = prepared[key]
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.process_time()
        step()
        times.append((time.process_time() - start) * 1e3)
    return {
        "milliseconds": min(times),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        kind, mode, name, batch, seconds = line.split()
        print(json.dumps(measure(kind, mode, name, int(batch), float(seconds))), flush=True)
