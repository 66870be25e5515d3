// A Chromium (or Chrome) on this machine, and the software GPU that comes with it.
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The program's path: CHROMIUM, or the first of the usual names on the PATH; `undefined` where there is none. */
export function findChromium(env = process.env) {
  const places = (env.PATH ?? "").split(delimiter).filter((place) => place !== "");
  const candidates = env.CHROMIUM ? [env.CHROMIUM] : names.flatMap((name) => places.map((place) => join(place, name)));
  return candidates.find(isProgram);
}

/**
 * The environment variables with which a program finds SwiftShader as its Vulkan device: VK_ICD_FILENAMES points the loader at it,
 * LD_LIBRARY_PATH at Chromium's own loader, for machines that have none. None where there is no SwiftShader, or where VK_ICD_FILENAMES is
 * set already.
 */
export function swiftShaderEnvironment(env = process.env) {
  if (process.platform !== "linux" || env.VK_ICD_FILENAMES) return {};
  const chromium = findChromium(env);
  const beside = chromium === undefined ? [] : [dirname(realpathSync(chromium))];
  const folder = [...beside, "/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"].find((place) =>
    existsSync(join(place, "vk_swiftshader_icd.json")),
  );
  if (folder === undefined) return {};
  const libraries = [env.LD_LIBRARY_PATH, folder].filter((place) => place !== undefined && place !== "");
  return {
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: libraries.join(delimiter),
  };
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
