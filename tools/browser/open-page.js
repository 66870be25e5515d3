// Opens a page in a headless Chromium and asks it things. A local server gives out the page, cross-origin isolated, so
// that it has shared memory; the page fetches each request and posts its answer, so nothing has to drive the browser.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { rolldown } from "rolldown";

const contentTypes = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/** Where the page finds the files of onnxruntime-web. */
export const ortAddress = "/ort/";
const ortFolder = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/wasm")));

/** Chromium's arguments for WebGPU over SwiftShader. */
export const softwareWebGpu = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-webgpu-adapter=swiftshader",
  "--use-vulkan=swiftshader",
];

/**
 * `entries` are modules by name; the one called "page" is what the page runs, the others are there for its workers as
 * `/<name>.js`. `ask(name, options)` resolves to what the page's handler gives.
 */
export async function openPage({ chromium, entries, flags = [], timeoutSeconds = 60 }) {
  const files = await bundle(entries);
  const mailbox = createMailbox();
  const server = createServer((request, response) => void respond(request, response, { files, mailbox }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = await mkdtemp(join(tmpdir(), "einthoven-chromium-"));
  const browser = spawn(
    chromium,
    [
      "--headless=new",
      "--no-first-run",
      "--disable-extensions",
      "--disable-background-networking",
      "--disable-dev-shm-usage",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${profile}`,
      ...flags,
      `http://127.0.0.1:${server.address().port}/`,
    ],
    { stdio: "ignore", detached: true },
  );
  browser.on("error", (error) => mailbox.fail(`Chromium did not start: ${error.message}`));
  browser.on("exit", (code) => mailbox.fail(`Chromium ended with code ${code}.`));
  return {
    ask: (name, options = {}) => mailbox.ask({ name, options }, timeoutSeconds),
    close: async () => {
      const ended = new Promise((resolve) => browser.once("exit", resolve));
      if (browser.exitCode === null && browser.signalCode === null) {
        // The wrapper script, the browser and its helpers are one process group.
        process.kill(-browser.pid, "SIGKILL");
        await ended;
      }
      server.closeAllConnections();
      server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Modules with all that they import, by address. */
async function bundle(entries) {
  const build = await rolldown({ input: entries, logLevel: "silent", platform: "browser" });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  const chunks = output.filter(({ type }) => type === "chunk");
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const outside = chunks.flatMap(({ imports }) => imports.filter((each) => !names.has(each)));
  if (outside.length > 0)
    throw new Error(`Cannot open the page: it imports ${outside.join(", ")}, which no browser has.`);
  return new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]));
}

/** One request at a time, from the program to the page and back. */
function createMailbox() {
  let request;
  let give;
  let settle;
  let failure;
  return {
    ask: (asked, timeoutSeconds) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(new Error(failure));
        const timer = setTimeout(
          () => reject(new Error(`The page did not answer "${asked.name}" within ${timeoutSeconds} s.`)),
          timeoutSeconds * 1000,
        );
        settle = ({ value, error }) => {
          clearTimeout(timer);
          if (error === undefined) resolve(value);
          else reject(new Error(error));
        };
        if (give === undefined) request = asked;
        else give(asked);
      }),
    /** The next request; an empty one after a while, so that no connection waits forever. */
    next: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => give({}), 20_000);
        give = (value) => {
          clearTimeout(timer);
          give = undefined;
          resolve(value);
        };
        if (request !== undefined) {
          const asked = request;
          request = undefined;
          give(asked);
        }
      }),
    answer: (answer) => settle?.(answer),
    fail: (message) => {
      failure ??= message;
      settle?.({ error: message });
    },
  };
}

const pageText = `<!doctype html><meta charset="utf-8"><title>Einthoven</title><script>
const report = (error) => fetch("/answer", { method: "POST", body: JSON.stringify({ error: String(error) }) });
addEventListener("error", (event) => report(event.message));
addEventListener("unhandledrejection", (event) => report(event.reason?.message ?? event.reason));
</script><script type="module" src="/page.js"></script>`;

async function respond(request, response, { files, mailbox }) {
  const { pathname } = new URL(request.url, "http://localhost");
  const send = (body, type, status = 200) => {
    response.writeHead(status, {
      "content-type": type,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-store",
    });
    response.end(body);
  };
  if (pathname === "/") return send(pageText, "text/html");
  if (pathname === "/next") return send(JSON.stringify(await mailbox.next()), "application/json");
  if (pathname === "/answer") {
    const parts = [];
    for await (const part of request) parts.push(part);
    mailbox.answer(JSON.parse(Buffer.concat(parts).toString()));
    return send("", "text/plain");
  }
  if (files.has(pathname)) return send(files.get(pathname), contentTypes[".js"]);
  if (pathname.startsWith(ortAddress)) {
    const file = join(ortFolder, basename(pathname));
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) return send(bytes, contentTypes[extname(file)] ?? "application/octet-stream");
  }
  return send("", "text/plain", 404);
}
