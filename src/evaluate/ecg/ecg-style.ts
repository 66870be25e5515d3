/** Colours of a drawing. `auto` follows the reader's setting; a PNG needs one of the others. */
export type EcgTheme = "light" | "dark" | "auto";

const palettes = {
  light: {
    page: "#ffffff",
    paper: "#fffaf8",
    minor: "#f8e0da",
    major: "#efb9ae",
    trace: "#16181d",
    text: "#2b2f36",
    muted: "#6b6460",
    mark: "#1f5fbf",
    N: "#5d5a58",
    S: "#b25a00",
    V: "#c0122f",
    F: "#7a2fb8",
    Q: "#2a6c86",
  },
  dark: {
    page: "#101316",
    paper: "#14181b",
    minor: "#1f272b",
    major: "#324047",
    trace: "#d7f5e4",
    text: "#e4e8ea",
    muted: "#9aa5ab",
    mark: "#7db4ff",
    N: "#a9b3b8",
    S: "#ffb454",
    V: "#ff7b8a",
    F: "#cfa0ff",
    Q: "#7fd0ea",
  },
} as const;

/** The style sheet of drawings by `renderEcgSvg`, inside the SVG or once for a page that holds several. */
export function ecgStyle(theme: EcgTheme): string {
  if (theme !== "auto") return rules(theme);
  return `${rules("light")}@media screen and (prefers-color-scheme:dark){${colours("dark")}}`;
}

/** Fonts by name, then Open Sans, which PNG drawings bring with them. */
export const sansFonts = "Inter,'Helvetica Neue',Helvetica,Arial,'Open Sans',sans-serif";

function rules(theme: "light" | "dark"): string {
  return (
    `.ecg text{font-family:${sansFonts}}` +
    ".ecg-minor{fill:none;stroke-width:1}.ecg-major{fill:none;stroke-width:1.4}" +
    ".ecg-trace{fill:none;stroke-width:3;stroke-linejoin:round;stroke-linecap:round}" +
    ".ecg-pulse{fill:none;stroke-width:2.4;stroke-linejoin:miter}" +
    ".ecg-tick{stroke-width:2}.ecg-line{stroke-width:1.6;stroke-dasharray:5 7;stroke-opacity:.6}" +
    ".ecg-mark{fill-opacity:.14}" +
    ".ecg-title{font-size:40px;font-weight:600}.ecg-small{font-size:26px}" +
    ".ecg-lead{font-size:32px;font-weight:600}.ecg-symbol{font-size:31px;font-weight:600;text-anchor:middle}" +
    `.ecg-remark{font-size:28px}${colours(theme)}`
  );
}

function colours(theme: "light" | "dark"): string {
  const palette = palettes[theme];
  const classes = (["N", "S", "V", "F", "Q"] as const).map(
    (name) =>
      `.ecg-symbol.ecg-${name}{fill:${palette[name]}}.ecg-tick.ecg-${name},.ecg-line.ecg-${name}{stroke:${palette[name]}}`,
  );
  return (
    `.ecg-page{fill:${palette.page}}.ecg-paper{fill:${palette.paper}}` +
    `.ecg-minor{stroke:${palette.minor}}.ecg-major{stroke:${palette.major}}` +
    `.ecg-trace,.ecg-pulse{stroke:${palette.trace}}` +
    `.ecg-title,.ecg-lead{fill:${palette.text}}.ecg-small,.ecg-remark,.ecg-flag,.ecg-other{fill:${palette.muted}}` +
    `.ecg-tick.ecg-other{stroke:${palette.muted}}.ecg-mark{fill:${palette.mark}}${classes.join("")}`
  );
}
