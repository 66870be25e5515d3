// The nets that the engine is measured with: what they read, and how much faster than PyTorch they have to be.
// A net that the registry does not have is left out, and said so. `architecture` is its name there, where it is not `name`.
export const engineNets = [
  { name: "multi-branch-cnn", title: "multi-branch CNN", channels: 1, samples: 251, classCount: 4, bars: [1.4, 1.2] },
  { name: "conv1d12", title: "12-lead Conv1d", channels: 12, samples: 1000, classCount: 5, bars: [1.2, 1.2] },
  { name: "fcn_wang", title: "fcn_wang", channels: 12, samples: 250, classCount: 5, bars: [1.1, 1] },
  { name: "resnet1d_wang", title: "resnet1d_wang", channels: 12, samples: 250, classCount: 5, bars: [1.1, 1] },
  { name: "inception1d", title: "inception1d", channels: 12, samples: 250, classCount: 5, bars: [1.6, 1.2] },
  { name: "xresnet1d101", title: "xresnet1d101", channels: 12, samples: 250, classCount: 5, bars: [1.2, 1.1] },
  { name: "lstm", title: "lstm (2 × 256)", channels: 12, samples: 250, classCount: 5, bars: [1, 0.9] },
  { name: "lstm_bidir", title: "lstm_bidir", channels: 12, samples: 250, classCount: 5, bars: [1, 0.9] },
  { name: "gru", title: "gru", channels: 12, samples: 250, classCount: 5, bars: [1.2, 1] },
  ...[32, 64].map((rows) => ({
    name: `ha_resnet-${rows}`,
    architecture: "ha_resnet",
    title: `SE + bidirectional ConvLSTM residual net, ${rows}×${rows}`,
    channels: 1,
    samples: rows * rows,
    classCount: 5,
    bars: [1, 1],
  })),
];
