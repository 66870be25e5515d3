// A net of one's own, named in own-model.json: einthoven run examples/own-model.json
// It needs no imports: build() is given the layers, which have weights, and the ops, which have none.

/** @type {import("einthoven/models").Architecture<{ filters: number, blocks: number, activation: string }>} */
export default {
  name: "small-residual",
  source: "this example",

  // What a recipe may set; says in words what is wrong. A zod schema would do as well.
  settings: ({ filters = 8, blocks = 2, activation = "relu", ...others } = {}) => {
    const unknown = Object.keys(others);
    if (unknown.length > 0) throw new Error(`expected filters, blocks and activation, found ${unknown.join(", ")}`);
    if (!Number.isInteger(filters) || filters < 1)
      throw new Error(`expected at least one of filters, found ${filters}`);
    return { filters, blocks, activation };
  },

  // x [batch, lead, sample] → logits [batch, class]
  build: (x, { layers, ops, settings: { filters, blocks, activation }, classCount }) => {
    let y = layers.conv1d(x, { name: "stem", filters, kernel: 7, stride: 2, padding: "same", bias: false });
    y = ops.activate(layers.batchNorm(y), activation);
    for (let block = 1; block <= blocks; block++) {
      y = layers.scope(`block${block}`, () => {
        let inner = layers.conv1d(y, { filters, kernel: 5, padding: "same", bias: false });
        inner = ops.activate(layers.batchNorm(inner), activation);
        inner = layers.conv1d(inner, { filters, kernel: 5, padding: "same" });
        return ops.activate(layers.add([y, layers.squeezeExcite(inner, { ratio: 4 })]), activation);
      });
    }
    const pooled = layers.dropout(ops.concatPool(y), { rate: 0.2 });
    return layers.dense(pooled, { name: "output", units: classCount });
  },
};
