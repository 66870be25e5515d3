// Checks the import table of docs/architecture.md: which folder of src/ may import which, that browser-safe folders
// import nothing from Node outside *.node.ts, and that there are no cycles between files. Static, type-only and dynamic
// imports all count, and so does `import("…")` in a type.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder → the folders it may import. */
export const importTable = {
  core: [],
  formats: ["core"],
  signal: ["core"],
  tensor: ["core"],
  beats: ["core", "signal"],
  models: ["core", "tensor"],
  datasets: ["core", "formats", "signal", "beats"],
  bundle: ["core", "signal", "beats", "tensor"],
  runtime: ["core", "signal", "beats", "bundle"],
  explain: ["core", "runtime", "tensor"],
  evaluate: ["core", "beats", "bundle", "runtime"],
  train: ["core", "formats", "signal", "beats", "datasets", "tensor", "models", "bundle", "evaluate"],
  serve: "everything",
  cli: "everything",
};

/** Folders whose files may use Node everywhere; elsewhere only *.node.ts may. */
const nodeFolders = new Set(["datasets", "serve", "cli"]);

/** Narrower rules: these folders may import only these files of another folder. */
const onlyFiles = { bundle: { tensor: /^tensor\/onnx\// } };

/** All problems of a source tree, one sentence each. */
export function checkImports(sourceRoot) {
  const problems = [];
  const graph = new Map();
  for (const file of sourceFiles(sourceRoot)) {
    const name = slashed(relative(sourceRoot, file));
    const folder = name.split("/")[0];
    if (!(folder in importTable)) {
      problems.push(`src/${name}: the folder "${folder}" is not in the import table`);
      continue;
    }
    const targets = [];
    for (const { specifier, line } of importsOf(readFileSync(file, "utf8"))) {
      const place = `src/${name}:${line}`;
      if (specifier.startsWith(".")) {
        const target = slashed(relative(sourceRoot, resolve(dirname(file), specifier)));
        if (target.startsWith("..")) {
          if (!target.endsWith("package.json")) problems.push(`${place}: imports ${specifier}, outside src/`);
          continue;
        }
        targets.push(target);
        problems.push(...tableProblems({ name, folder, target, place }));
      } else if (isNodeModule(specifier) && !nodeFolders.has(folder) && !name.endsWith(".node.ts")) {
        problems.push(`${place}: imports ${specifier}, but ${folder}/ is browser-safe (only *.node.ts may)`);
      }
    }
    graph.set(name, targets);
  }
  return [...problems, ...cycles(graph)];
}

function tableProblems({ name, folder, target, place }) {
  const targetFolder = target.split("/")[0];
  const problems = [];
  if (targetFolder !== folder) {
    const allowed = importTable[folder];
    if (allowed !== "everything" && !allowed.includes(targetFolder)) {
      problems.push(
        `${place}: ${folder}/ may not import ${targetFolder}/ (allowed: ${allowed.join(", ") || "nothing"})`,
      );
    }
    const only = onlyFiles[folder]?.[targetFolder];
    if (only !== undefined && !only.test(target)) {
      problems.push(`${place}: ${folder}/ may import only ${only.source} of ${targetFolder}/, found ${target}`);
    }
  }
  const nodeAllowed = name.endsWith(".node.ts") || nodeFolders.has(folder);
  if (target.endsWith(".node.ts") && !nodeAllowed) {
    problems.push(`${place}: imports the Node-only ${target} from a browser-safe file`);
  }
  if (nodeFolders.has(targetFolder) && !nodeAllowed) {
    problems.push(`${place}: imports the Node-only folder ${targetFolder}/ from a browser-safe file`);
  }
  return problems;
}

function isNodeModule(specifier) {
  return specifier.startsWith("node:") || builtinModules.includes(specifier) || specifier === "onnxruntime-node";
}

/** Import specifiers with their lines; comments are blanked first, strings are kept. */
export function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*/g, (comment) =>
    comment.replace(/[^\n]/g, " "),
  );
  const patterns = [
    /\b(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/g,
    /\bimport\s*["']([^"']+)["']/g,
    /\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g,
    /\brequire\s*\(\s*["'`]([^"'`]+)["'`]/g,
  ];
  const found = new Map();
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      const at = match.index + match[0].length;
      found.set(at, { specifier: match[1], line: code.slice(0, at).split("\n").length });
    }
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}

function cycles(graph) {
  const state = new Map();
  const problems = [];
  const visit = (name, path) => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      problems.push(
        `import cycle: ${[...path.slice(path.indexOf(name)), name].map((file) => `src/${file}`).join(" → ")}`,
      );
      return;
    }
    state.set(name, "open");
    for (const target of graph.get(name) ?? []) if (graph.has(target)) visit(target, [...path, name]);
    state.set(name, "done");
  };
  for (const name of graph.keys()) visit(name, []);
  return problems;
}

function sourceFiles(directory) {
  return readdirSync(directory)
    .sort()
    .flatMap((entry) => {
      const path = join(directory, entry);
      if (statSync(path).isDirectory()) return sourceFiles(path);
      return path.endsWith(".ts") ? [path] : [];
    });
}

function slashed(path) {
  return path.split(sep).join("/");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(fileURLToPath(new URL("../src", import.meta.url)));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}
