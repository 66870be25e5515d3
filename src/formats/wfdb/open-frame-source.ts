import { FormatError } from "../../core/errors.ts";
import { flacFormats } from "./flac.ts";
import { openFlacFrames } from "./flac-frames.ts";
import { openPlainFrames } from "./plain-frames.ts";
import { sampleFormats } from "./sample-formats.ts";
import type { FrameSource, HeaderPlace } from "./frame-source.ts";
import type { SignalGroup } from "./signal-groups.ts";

/**
 * Opens a group's signal file.
 *
 * @throws FormatError where there is none, or its format is unknown.
 */
export async function openFrameSource(group: SignalGroup, place: HeaderPlace): Promise<FrameSource> {
  if (group.fileName === undefined) {
    return { group, availableFrames: 0, paddingFrames: 0, decode: async () => undefined };
  }
  const { folder, directory, file } = place;
  const { line } = group.members[0]!.signal;
  const plain = sampleFormats.get(group.format);
  const flac = flacFormats.get(group.format);
  if (plain === undefined && flac === undefined) {
    const known = [...sampleFormats.keys(), ...flacFormats.keys()].join(", ");
    throw new FormatError(
      `Cannot read the signals of ${group.fileName}: expected a format among ${known}, found ${group.format}`,
      { file, line },
    );
  }
  const source = await folder.open(directory + group.fileName);
  if (source === undefined) {
    throw new FormatError(
      `Cannot read the signals: expected the signal file ${directory}${group.fileName}, found none in ${folder.name}`,
      { file, line },
    );
  }
  if (plain !== undefined) return openPlainFrames(source, { group, format: plain });
  return openFlacFrames(source, { group, range: flac!, file });
}
