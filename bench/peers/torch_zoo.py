# The zoo's nets in PyTorch, by the names of our registry: `build(name, classes)` and `input_shape(name)`.
# Layers and sizes as in the papers that src/models names; each has as many parameters as ours.
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    """Dense layers after batch norm and dropout on pooled features."""

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

    def forward(self, features):
        return self.layers(features)


class ConvolutionalNet(nn.Module):
    def __init__(self, body, features, classes):
        super().__init__()
        self.body = body
        self.head = Head(2 * features, classes)

    def forward(self, x):
        y = self.body(x)
        return self.head(torch.cat([y.amax(2), y.mean(2)], 1))


def norm_convolution(channels, filters, kernel, stride=1):
    convolution = nn.Conv1d(channels, filters, kernel, stride, padding=(kernel - 1) // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm1d(filters))


def rectified(*arguments):
    return nn.Sequential(norm_convolution(*arguments), nn.ReLU())


def fcn_wang(classes):
    body = nn.Sequential(rectified(12, 128, 8), rectified(128, 256, 5), rectified(256, 128, 3))
    return ConvolutionalNet(body, 128, classes)


class Residual(nn.Module):
    def __init__(self, main, shortcut):
        super().__init__()
        self.main, self.shortcut = main, shortcut

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def resnet1d_wang(classes):
    def block(stride):
        main = nn.Sequential(rectified(128, 128, 5, stride), norm_convolution(128, 128, 3))
        return Residual(main, nn.Identity() if stride == 1 else norm_convolution(128, 128, 1, stride))

    return ConvolutionalNet(nn.Sequential(rectified(12, 128, 7), block(1), block(2), block(2)), 128, classes)


class InceptionModule(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bottleneck = nn.Conv1d(channels, 32, 1, bias=False)
        self.convolutions = nn.ModuleList(nn.Conv1d(32, 32, k, padding=k // 2, bias=False) for k in (39, 19, 9))
        self.pooled = nn.Conv1d(channels, 32, 1, bias=False)
        self.norm = nn.BatchNorm1d(128)

    def forward(self, x):
        narrow = self.bottleneck(x)
        branches = [convolution(narrow) for convolution in self.convolutions]
        branches.append(self.pooled(F.max_pool1d(x, 3, 1, 1)))
        return F.relu(self.norm(torch.cat(branches, 1)))


def inception1d(classes):
    def modules(channels):
        main = nn.Sequential(InceptionModule(channels), InceptionModule(128), InceptionModule(128))
        return Residual(main, norm_convolution(channels, 128, 1))

    return ConvolutionalNet(nn.Sequential(modules(12), modules(128)), 128, classes)


def xresnet1d101(classes):
    def bottleneck(channels, stride):
        main = nn.Sequential(rectified(channels, 64, 1), rectified(64, 64, 5, stride), norm_convolution(64, 256, 1))
        shortcut = [] if stride == 1 else [nn.AvgPool1d(2, ceil_mode=True)]
        if channels != 256:
            shortcut.append(norm_convolution(channels, 256, 1))
        return Residual(main, nn.Sequential(*shortcut))

    stem = [rectified(12, 32, 5, 2), rectified(32, 32, 5), rectified(32, 64, 5), nn.MaxPool1d(3, 2, 1)]
    channels = 64
    for stage, count in enumerate((3, 4, 23, 3)):
        for block in range(count):
            stem.append(bottleneck(channels, 2 if stage > 0 and block == 0 else 1))
            channels = 256
    return ConvolutionalNet(nn.Sequential(*stem), 256, classes)


class Conv1d12(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.body = nn.Sequential(
            *[
                layer
                for channels, filters, kernel in ((12, 64, 7), (64, 128, 5), (128, 256, 3))
                for layer in (nn.Conv1d(channels, filters, kernel, padding=kernel // 2), nn.ReLU(), nn.MaxPool1d(3, 2, 1))
            ]
        )
        self.dense = nn.Sequential(nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, classes))

    def forward(self, x):
        return self.dense(self.body(x).mean(2))


class RecurrentNet(nn.Module):
    def __init__(self, kind, classes, bidirectional=False):
        super().__init__()
        self.recurrent = kind(12, 256, 2, batch_first=True, bidirectional=bidirectional)
        self.head = Head(768 * (2 if bidirectional else 1), classes)

    def forward(self, x):
        y, _ = self.recurrent(x.transpose(1, 2))
        return self.head(torch.cat([y.mean(1), y.amax(1), y[:, -1]], 1))


class MultiBranch(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.branches = nn.ModuleList(
            nn.ModuleList(
                [
                    nn.Conv1d(1, 8, first, padding="same", bias=False),
                    nn.Conv1d(8, 16, second, padding="same", bias=False),
                ]
            )
            for first, second in ((4, 6), (6, 8), (8, 10))
        )
        self.dense = nn.Sequential(
            nn.Linear(3 * 16 * 62, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, classes)
        )

    def forward(self, x):
        parts = []
        for convolutions in self.branches:
            y = x
            for convolution in convolutions:
                y = F.max_pool1d(F.relu(convolution(y)), 2)
            parts.append(y.flatten(1))
        return self.dense(torch.cat(parts, 1))

    def penalty(self):
        return 1e-4 * sum((each.weight**2).sum() for branch in self.branches for each in branch)


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


def norm_convolution_2d(channels, filters, kernel, stride):
    return nn.Sequential(
        nn.Conv2d(channels, filters, kernel, stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(filters)
    )


class HaBlock(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        same = stride == 1 and channels == filters
        self.shortcut = nn.Identity() if same else norm_convolution_2d(channels, filters, 1, stride)
        self.first = norm_convolution_2d(channels, filters, 3, stride)
        self.second = norm_convolution_2d(filters, filters, 3, 1)
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
        self.embed = norm_convolution_2d(1, 32, 3, 2)
        self.blocks = nn.Sequential(HaBlock(32, 32, 1), HaBlock(32, 64, 2), HaBlock(64, 128, 2))
        self.output = nn.Sequential(nn.Dropout(0.5), nn.Linear(128, classes))

    def forward(self, x):
        return self.output(self.blocks(F.relu(self.embed(x))).mean((2, 3)))


def ha_resnet(rows):
    """Reads the rows of an image one after the other."""
    return lambda classes: nn.Sequential(nn.Unflatten(2, (rows, rows)), HaResnet(classes))


# Name: how it is made, channels, samples, classes.
nets = {
    "multi-branch-cnn": (MultiBranch, 1, 251, 4),
    "conv1d12": (Conv1d12, 12, 1000, 5),
    "fcn_wang": (fcn_wang, 12, 250, 5),
    "resnet1d_wang": (resnet1d_wang, 12, 250, 5),
    "inception1d": (inception1d, 12, 250, 5),
    "xresnet1d101": (xresnet1d101, 12, 250, 5),
    "lstm": (lambda classes: RecurrentNet(nn.LSTM, classes), 12, 250, 5),
    "lstm_bidir": (lambda classes: RecurrentNet(nn.LSTM, classes, True), 12, 250, 5),
    "gru": (lambda classes: RecurrentNet(nn.GRU, classes), 12, 250, 5),
    "ha_resnet-32": (ha_resnet(32), 1, 1024, 5),
    "ha_resnet-64": (ha_resnet(64), 1, 4096, 5),
}


def multiply_adds(name):
    """Of one sample: forward, and in a training step (the first layers need no slope of the input)."""
    make, channels, samples, classes = nets[name]
    model = make(classes).eval()
    counted = {"forward": 0, "training": 0}

    def count(module, given, made):
        x = given[0]
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Linear)):
            out = made.numel()
            forward = out * module.weight[0].numel()
            first = forward
        elif isinstance(module, (nn.LSTM, nn.GRU)):
            weights = {key: w.numel() for key, w in module.named_parameters() if key.startswith("weight")}
            forward = samples * sum(weights.values())
            first = samples * sum(size for key, size in weights.items() if key.startswith("weight_ih_l0"))
        else:
            return
        counted["forward"] += forward
        counted["training"] += 3 * forward - (first if x.data_ptr() == image.data_ptr() else 0)

    for module in model.modules():
        module.register_forward_hook(count)
    image = torch.randn(1, channels, samples)
    with torch.no_grad():
        model(image)
    return counted
