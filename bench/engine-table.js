// The engine's measurements as Markdown, for docs/results.md.

/** One row per net and batch size. */
export function engineTable(results) {
  const rows = results.map((result) => {
    const { title, batch, training, inference, megabytes } = result;
    const theirs = Object.entries(megabytes)
      .filter(([way]) => way !== "einthoven")
      .map(([way, value]) => `${Math.round(value)} (${way})`);
    return [
      title,
      batch,
      training.samplesPerSecond.einthoven,
      bestOf(training),
      ratioOf(training, result.bars.training),
      sharesOf(training),
      inference.samplesPerSecond[inference.ours],
      bestOf(inference),
      ratioOf(inference, result.bars.inference),
      sharesOf(inference),
      `${Math.round(megabytes.einthoven)} / ${theirs.join(", ") || "–"}`,
    ];
  });
  const head = [
    "net",
    "batch",
    "training: samples/s",
    "PyTorch's best",
    "ratio (range), wanted",
    "% of GEMM, ours / theirs",
    "inference: samples/s",
    "PyTorch's best",
    "ratio (range), wanted",
    "% of GEMM, ours / theirs",
    "peak MB, ours / theirs",
  ];
  const products = results.map(({ gigaflopsOfProduct }) => Math.round(gigaflopsOfProduct));
  const notes = results.flatMap(({ title, batch, failures }) =>
    Object.entries(failures).map(([mode, error]) => `- ${title}, batch ${batch}: PyTorch's ${mode} failed: ${error}`),
  );
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    `GEMM: 1024³ \`MatMul\` in the same rounds, the better of both sides: ${Math.min(...products)}–${Math.max(...products)} GFLOP/s.`,
    ...notes,
    "",
  ].join("\n");
}

const line = (cells) => `| ${cells.join(" | ")} |`;

function bestOf({ theirs, samplesPerSecond }) {
  return theirs === undefined ? "–" : `${samplesPerSecond[theirs]} (${theirs.replace("torch ", "")})`;
}

function ratioOf({ ratio, ratios }, bar) {
  if (ratio === undefined) return "–";
  const mark = ratio >= bar ? "" : " ✗";
  return `**${ratio.toFixed(2)}** (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}), ≥ ${bar}${mark}`;
}

function sharesOf({ shareOfProduct, shareOfTheirs }) {
  const percent = (share) => (share === undefined ? "–" : `${Math.round(share * 100)}`);
  return `${percent(shareOfProduct)} / ${percent(shareOfTheirs)}`;
}
