import { describe, expect, it } from "vitest";

import { type EcgTrace, renderEcgHtml, renderEcgSvg } from "../../src/evaluate/index.ts";
import { renderEcgPng } from "../../src/evaluate/ecg/render-ecg-png.node.ts";
import { gridPath, tracePath } from "../../src/evaluate/ecg/trace-path.ts";
import { checkMarkup } from "./check-markup.ts";
import { fakeLead } from "./fake-report.ts";

const hostile = `"><script>alert('&')</script>\u0000\uD800`;
const annotations = [
  { sample: 20, symbol: "+", aux: "(N" },
  { sample: 144, symbol: "N" },
  { sample: 432, symbol: "V" },
  { sample: 720, symbol: "+", aux: "(AFIB" },
  { sample: 1008, symbol: '"', aux: hostile },
];
const trace: EcgTrace = { id: "100", sampleRate: 360, leads: [fakeLead(), fakeLead({ name: "V1" })], annotations };
const twelve = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
const twelveLeads: EcgTrace = { ...trace, leads: twelve.map((name) => fakeLead({ name })) };
const pathsOf = (svg: string) => [...svg.matchAll(/class="ecg-trace" d="([^"]*)"/g)].map(([, path]) => path!);

/** The points of a path made of absolute moves and relative lines. */
function pointsOf(path: string): [x: number, y: number][] {
  const points: [number, number][] = [];
  for (const [, moves, lines] of path.matchAll(/M([^a-zM]+)(?:l([^a-zM]+))?/g)) {
    let [x, y] = moves!.split(" ").map(Number) as [number, number];
    points.push([x, y]);
    const steps = (lines ?? "")
      .split(" ")
      .filter((step) => step !== "")
      .map(Number);
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i]!;
      y += steps[i + 1]!;
      points.push([x, y]);
    }
  }
  return points;
}

describe("renderEcgSvg", () => {
  it("is well-formed, also with hostile names", () => {
    checkMarkup(renderEcgSvg(trace));
    const leads = [{ ...fakeLead(), name: hostile, unit: hostile }];
    for (const svg of [renderEcgSvg({ ...trace, id: hostile, leads }), renderEcgSvg(trace, { title: hostile })]) {
      const counts = checkMarkup(svg);
      expect(counts.has("script")).toBe(false);
      expect(svg).not.toContain("\u0000");
    }
  });

  it("is true to scale: 25 mm a second and 10 mm a millivolt", () => {
    const ramp = Float32Array.from({ length: 1000 }, (_, i) => (i < 500 ? 0 : 1));
    const leads = [{ name: "I", unit: "mV", sampleRate: 100, samples: ramp }];
    const svg = renderEcgSvg({ id: "r", sampleRate: 100, leads, annotations: [] });
    const points = pointsOf(pathsOf(svg)[0]!);
    expect(points.at(-1)![0] - points[0]![0]).toBeCloseTo(9.99 * 250, 6);
    expect(points[0]![1] - points.at(-1)![1]).toBeCloseTo(100, 6);
    expect(svg).toContain('width="270mm"');
    expect(svg).toContain("25 mm/s · 10 mm/mV");
    // The same in microvolts, volts, and with the base line 3 mV off, which is taken away and said.
    const shifted = ramp.map((value) => value - 3);
    for (const [unit, samples] of [
      ["uV", ramp.map((value) => value * 1000)],
      ["V", ramp.map((value) => value / 1000)],
      ["mV", shifted],
    ] as const) {
      const other = renderEcgSvg({
        id: "r",
        sampleRate: 100,
        leads: [{ ...leads[0]!, unit, samples }],
        annotations: [],
      });
      const [first, last] = [pointsOf(pathsOf(other)[0]!)[0]!, pointsOf(pathsOf(other)[0]!).at(-1)!];
      expect(first[1] - last[1]).toBeCloseTo(100, 6);
      expect(other.includes("I (+")).toBe(samples === shifted);
    }
  });

  it("places lines a millimetre apart, every fifth in the other path", () => {
    expect(gridPath({ width: 100, height: 50, step: 50 })).toBe("M0 0v50M50 0v50M100 0v50M0 0h100M0 50h100");
    expect(gridPath({ width: 50, height: 0, step: 10, skip: 5 })).toBe("M10 0v0M20 0v0M30 0v0M40 0v0");
  });

  it("does not draw gaps", () => {
    const samples = fakeLead().samples.slice();
    samples.fill(Number.NaN, 1000, 1400);
    const path = pathsOf(renderEcgSvg({ ...trace, leads: [{ ...fakeLead(), samples }] }))[0]!;
    expect(path.split("M")).toHaveLength(3);
    const widest = pointsOf(path).reduce((most, [x], i, all) => Math.max(most, i === 0 ? 0 : x - all[i - 1]![0]), 0);
    expect(widest).toBeCloseTo((401 / 360) * 250, 0);
    const nothing = fakeLead().samples.map(() => Number.NaN);
    expect(pathsOf(renderEcgSvg({ ...trace, leads: [{ ...fakeLead(), samples: nothing }] }))).toHaveLength(0);
  });

  it("writes symbols, rhythms, comments and times", () => {
    const svg = renderEcgSvg(trace);
    expect(svg).toMatch(/ecg-symbol ecg-V" x="450" y="34">V</);
    for (const text of [">AFIB</text>", ">0:03</text>", "Annotations in order of time: + N V +"]) {
      expect(svg.includes(text)).toBe(true);
    }
    expect(renderEcgSvg(trace, { from: 5, to: 6 }).includes(">… AFIB</text>")).toBe(true);
  });

  it("prints twelve leads as three rows of four and a rhythm strip, stacks others, breaks long rows", () => {
    expect(pathsOf(renderEcgSvg(twelveLeads))).toHaveLength(13);
    expect(pathsOf(renderEcgSvg(twelveLeads, { arrangement: "rows" }))).toHaveLength(12);
    expect(pathsOf(renderEcgSvg(twelveLeads, { to: 2 }))).toHaveLength(12);
    expect(pathsOf(renderEcgSvg(trace))).toHaveLength(2);
    expect(pathsOf(renderEcgSvg(trace, { to: 12 }))).toHaveLength(4);
    expect(pathsOf(renderEcgSvg(trace, { to: 12, scale: { rowSeconds: 4 }, leads: ["V1"] }))).toHaveLength(3);
    expect(() => renderEcgSvg(trace, { arrangement: "twelve-lead" })).toThrow(/expected I … V6, found MLII, V1/);
  });

  it("draws a strip from the middle of a recording at its own time", () => {
    const svg = renderEcgSvg(
      { ...trace, offsetSeconds: 60, annotations: [{ sample: 63 * 360, symbol: "A" }] },
      { from: 60, to: 68 },
    );
    expect(svg).toContain(">1:05</text>");
    expect(svg).toMatch(/ecg-symbol ecg-S" x="900"/);
  });

  it("marks a beat and says what is wrong there", () => {
    expect(renderEcgSvg(trace, { marks: [{ sample: 432, label: "true V, called N" }] })).toContain(
      "<title>true V, called N</title>",
    );
  });

  it("refuses intervals and leads that are not there", () => {
    expect(() => renderEcgSvg(trace, { from: 11, to: 13 })).toThrow(
      "Cannot draw 100: expected an interval within 0 … 12 s, found 11 … 13 s",
    );
    expect(() => renderEcgSvg(trace, { from: 3, to: 3 })).toThrow(/found 3 … 3 s/);
    expect(() => renderEcgSvg(trace, { from: Number.NaN })).toThrow(/found NaN/);
    expect(() => renderEcgSvg(trace, { leads: ["V5"] })).toThrow(/expected a lead V5, found MLII, V1/);
    expect(() => renderEcgSvg({ ...trace, leads: [] })).toThrow(/at least one lead/);
  });

  it("is the same each time", () => {
    expect(renderEcgSvg(trace)).toBe(renderEcgSvg(trace));
  });
});

describe("tracePath", () => {
  const options = { first: 0, left: 0, heightOf: (value: number) => value, column: 2 };

  it("keeps every extreme when it thins out", () => {
    const samples = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i / 50) * 100);
    samples[7013] = 900;
    samples[15_221] = -700;
    const path = tracePath(samples, { ...options, last: samples.length, step: 0.05 });
    const heights = pointsOf(path).map(([, y]) => y);
    expect(Math.max(...heights)).toBeCloseTo(900, 1);
    expect(Math.min(...heights)).toBeCloseTo(-700, 1);
    expect(heights.length).toBeLessThan(4 * 501);
    expect(heights.length).toBeGreaterThan(900);
  });

  it("does not drift from the rounding of its steps", () => {
    const samples = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i) * 33.333);
    const points = pointsOf(tracePath(samples, { ...options, last: 3000, step: 0.4567 }));
    for (const [i, [x, y]] of points.entries()) {
      expect(Math.abs(x - i * 0.4567)).toBeLessThan(0.051);
      expect(Math.abs(y - samples[i]!)).toBeLessThan(0.051);
    }
  });

  it("makes a lone sample a dot", () => {
    expect(tracePath([Number.NaN, 1, Number.NaN, 2, 3], { ...options, last: 5, step: 10 })).toBe("M10 1h0M30 2l10 1");
  });
});

describe("renderEcgHtml and renderEcgPng", () => {
  it("is a page that fetches nothing", () => {
    const html = renderEcgHtml({ ...trace, id: hostile });
    const counts = checkMarkup(html, { html: true });
    expect(counts.get("svg")).toBe(1);
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|@import/);
  });

  it("is a PNG of the size asked for, with letters on a machine without fonts", async () => {
    const bytes = await renderEcgPng(trace, { dotsPerInch: 96 });
    expect(Array.from(bytes.subarray(1, 4))).toEqual([0x50, 0x4e, 0x47]);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(Math.abs(view.getUint32(16) - (270 / 25.4) * 96)).toBeLessThan(2);
    const untitled = await renderEcgPng(trace, { dotsPerInch: 96, title: " " });
    expect(Math.abs(bytes.length - untitled.length)).toBeGreaterThan(200);
    expect((await renderEcgPng(trace, { dotsPerInch: 96, theme: "dark" })).length).toBeGreaterThan(1000);
  });
});
