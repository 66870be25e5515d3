import { escapeMarkup } from "../markup.ts";
import { overallAt, shownMetrics } from "../metric-table.ts";
import { renderReliabilitySvg } from "../metrics/reliability-svg.ts";
import { calibrationTable } from "./calibration-report.ts";
import { formatInterval, formatValue } from "./format-value.ts";
import { examplesTitle, unitOfReport } from "./example-words.ts";
import { confusionHtml } from "./html/confusion-html.ts";
import { errorsHtml } from "./html/errors-html.ts";
import { htmlTable } from "./html/html-table.ts";
import { learningCurvesSvg } from "./html/learning-curves-svg.ts";
import { recordsHtml } from "./html/records-html.ts";
import { reportStyle } from "./html/report-style.ts";
import { leakageSentences, medicalNotice, protocolFacts, runFacts } from "./report-facts.ts";
import type { Report } from "./report.ts";
import {
  classIntervalTable,
  classTable,
  expectedTable,
  intervalLabel,
  intervalNote,
  overallTable,
  subsetTable,
} from "./result-tables.ts";
import { foldTable, partTable } from "./run-tables.ts";

/**
 * The report as one HTML page that needs nothing else: style and drawings are inside, there are no scripts and no addresses
 * to fetch. Light or dark as the reader prefers, printable, readable by a screen reader. All names are escaped.
 */
export function renderReportHtml(report: Report): string {
  const sections = [
    section("result", "Result", resultHtml(report)),
    section("classes", "By class", classesHtml(report)),
    section("confusion", "Confusion matrix", matricesHtml(report)),
    section("calibration", "Calibration", calibrationHtml(report)),
    section("folds", "Folds", foldsHtml(report)),
    section("records", "Records", report.records.length === 0 ? "" : recordsHtml(report)),
    section("errors", "Worst errors", worstHtml(report)),
    section("protocol", "Data and protocol", protocolHtml(report)),
  ].filter((part) => part !== undefined);
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header class="top">
<p class="over">${escapeMarkup(`${report.software.name} ${report.software.version} · ${report.recipe} · ${report.date}`)}</p>
<h1>${escapeMarkup(report.title)}</h1>
<p class="quiet">${escapeMarkup(`${report.dataset} · ${report.split} · class map ${report.classMap.name}`)}</p>
${bannerHtml(report)}
<nav aria-label="Sections"><ul>${links.join("")}</ul></nav>
</header>
<main>
${sections.map(({ html }) => html).join("\n")}
</main>
<footer><p>${escapeMarkup(medicalNotice)}</p></footer>
</body>
</html>
`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** A section of the page; none where it has no content. */
function section(id: string, title: string, content: string): Section | undefined {
  if (content === "") return undefined;
  return { id, title, html: `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${content}\n</section>` };
}

function bannerHtml(report: Report): string {
  if (report.leakage.length === 0) return "";
  const sentences = report.leakage.map((text) => `<p>${escapeMarkup(text)}</p>`);
  return `<div class="banner" role="note"><strong>Who is on both sides of the split</strong>${sentences.join("")}</div>`;
}

function resultHtml(report: Report): string {
  const several = report.folds.length > 1;
  const tiles = shownMetrics(report.mean).overall.map(({ key, label, style }) => {
    const mean = overallAt(report.mean, key);
    const deviation = several ? overallAt(report.standardDeviation, key) : undefined;
    const spread = deviation === undefined ? "" : ` <small>± ${formatValue(deviation, style)}</small>`;
    const unit = style === "percent" && mean !== undefined ? "<small> %</small>" : "";
    const interval = formatInterval(report.intervals?.intervals[key], style);
    const more = interval === "" ? "" : `<dd class="more">${intervalLabel(report)}: ${interval}</dd>`;
    return (
      `<div class="tile"><dt>${escapeMarkup(label)}</dt>` +
      `<dd class="value">${formatValue(mean, style)}${unit}${spread}</dd>${more}</div>`
    );
  });
  const notes = [several ? "Mean ± standard deviation over the folds." : "", intervalNote(report)].filter(
    (note) => note !== "",
  );
  return [
    `<dl class="tiles">${tiles.join("")}</dl>`,
    notes.length === 0 ? "" : `<p class="note">${escapeMarkup(notes.join(" "))}</p>`,
    expectedHtml(report),
    several
      ? `<h3>Over the folds and pooled</h3>${htmlTable({ ...tableWithoutNote(report) }, { captioned: false })}`
      : "",
    optionalTable(subsetTable(report)),
  ].join("\n");
}

function tableWithoutNote(report: Report) {
  const { title, columns, rows } = overallTable(report);
  return { title, columns, rows };
}

function expectedHtml(report: Report): string {
  if (report.expected.length === 0) return "";
  const { title, columns, rows } = expectedTable(report);
  const head = columns.map(({ label, align }) => `<th scope="col" class="${align}">${escapeMarkup(label)}</th>`);
  const body = rows.map((row, i) => {
    const [measure = "", wanted = "", found = "", verdict = "", source = ""] = row.map(escapeMarkup);
    const badge = `<span class="badge ${report.expected[i]!.verdict}">${verdict}</span>`;
    return (
      `<tr><th scope="row">${measure}</th><td class="right">${wanted}</td><td class="right">${found}</td>` +
      `<td>${badge}</td><td class="wrap">${source}</td></tr>`
    );
  });
  return (
    `<h3>${title}</h3><div class="scroll" role="region" tabindex="0" aria-label="${title}"><table>` +
    `<caption class="unseen">${title}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`
  );
}

function classesHtml(report: Report): string {
  const shareOf = (row: number, column: number) => {
    const metric = shownMetrics(report.mean).ofClass[column - 2];
    return metric === undefined ? undefined : report.mean.classes[report.classes[row]!]?.[metric.key];
  };
  return htmlTable(classTable(report), { shareOf, captioned: false }) + optionalTable(classIntervalTable(report));
}

function matricesHtml(report: Report): string {
  const { classes, confusion, folds } = report;
  if (confusion === undefined) return "";
  const which = folds.length > 1 ? `, sum of ${folds.length} folds` : "";
  return (
    `<div class="pair">${confusionHtml(confusion, { classes, normalised: false, caption: `${examplesTitle(report)}${which}` })}` +
    `${confusionHtml(confusion, { classes, normalised: true, caption: "Percent of the true class" })}</div>` +
    '<p class="note">The depth of a colour is the square root of the share of its row, so that rare errors can be seen.</p>'
  );
}

/** Diagrams of a few classes; of more, the table alone says what there is to say. */
const mostDiagrams = 12;

function calibrationHtml({ calibration }: Report): string {
  if (calibration === undefined) return "";
  const { before, after } = calibration;
  const drawn = before.diagrams.length > mostDiagrams ? [] : before.diagrams;
  const figures = drawn.map((diagram, index) => {
    const [left, right] = [diagram, after.diagrams[index]!].map(renderReliabilitySvg);
    return (
      `<div class="pair"><figure><figcaption>Before</figcaption>${left}</figure>` +
      `<figure><figcaption>After</figcaption>${right}</figure></div>`
    );
  });
  return htmlTable(calibrationTable(calibration), { captioned: false }) + figures.join("");
}

const legend =
  '<ul class="legend"><li><svg viewBox="0 0 26 10" aria-hidden="true"><path class="curve train" d="M0 5h26"/></svg>training</li>' +
  '<li><svg viewBox="0 0 26 10" aria-hidden="true"><path class="curve validation" d="M0 5h26"/></svg>validation</li>' +
  '<li><svg viewBox="0 0 26 10" aria-hidden="true"><circle class="best" cx="13" cy="5" r="3.4"/></svg>kept epoch</li></ul>';

function foldsHtml(report: Report): string {
  if (report.folds.length === 0) return "";
  const charts = learningCurvesSvg(report.folds);
  const curves =
    charts.length === 0 ? "" : `<h3>Learning curves</h3>${legend}<div class="charts">${charts.join("\n")}</div>`;
  return htmlTable(foldTable(report), { captioned: false }) + curves;
}

function worstHtml(report: Report): string {
  const { worstErrors } = report;
  if (worstErrors.length === 0) return "";
  return (
    `<p>The wrongly classified ${unitOfReport(report)}s of which the model was surest, with the database’s annotations above the trace.</p>` +
    errorsHtml(worstErrors)
  );
}

function protocolHtml(report: Report): string {
  const notices = [...report.notices, ...(report.intervals?.notices ?? [])];
  const list = notices.map(({ message }) => `<li>${escapeMarkup(message)}</li>`);
  const leakage = leakageSentences(report).map((text) => `<p>${escapeMarkup(text)}</p>`);
  return [
    factsHtml(protocolFacts(report)),
    `<h3>Leakage</h3>${leakage.join("")}`,
    Object.keys(report.parts).length === 0 ? "" : `<h3>Parts</h3>${htmlTable(partTable(report), { captioned: false })}`,
    list.length === 0 ? "" : `<h3>Notes</h3><ul>${list.join("")}</ul>`,
    `<h3>Run</h3>${factsHtml(runFacts(report))}`,
  ].join("\n");
}

function factsHtml(facts: readonly (readonly [label: string, value: string])[]): string {
  const rows = facts.map(([label, value]) => `<dt>${escapeMarkup(label)}</dt><dd>${escapeMarkup(value)}</dd>`);
  return `<dl class="facts">${rows.join("")}</dl>`;
}

function optionalTable(table: Parameters<typeof htmlTable>[0] | undefined): string {
  if (table === undefined) return "";
  return `<h3>${escapeMarkup(table.title)}</h3>${htmlTable(table, { captioned: false })}`;
}
