import type { Header } from './header.js';

const DISPLAY_BYTES = 14;
const CHANNEL_OPTION_BYTES = 13;

/** VersionInfo: version, whether there is a merged picture, names of the programs that wrote and read it, version of the file. */
const MERGED_AT = 4;
const WITHOUT_MERGED = Buffer.from('0000000100000000000000000000000001', 'hex');

type Needed = (data: Uint8Array) => Uint8Array | undefined;

/**
 * Image resources that tell nothing elsewhere but without which a document looks different: the light of its effects, how spot and alpha
 * channels are shown, and that its merged picture is none. By number, each with what of it is needed.
 */
export function neededResources({ extraChannels }: Header): ReadonlyMap<number, Needed> {
  const number =
    (most: number): Needed =>
    (data) =>
      data.length === 4 && Math.abs(Buffer.from(data).readInt32BE()) <= most ? data : undefined;
  const perChannel =
    (headBytes: number, bytes: number): Needed =>
    (data) => {
      const length = data.length - headBytes;
      return length >= 0 && length % bytes === 0 && length / bytes <= extraChannels ? data : undefined;
    };
  return new Map<number, Needed>([
    [0x03ef, perChannel(0, DISPLAY_BYTES)],
    [0x040d, number(360)],
    [0x0412, (data) => (data.length === 1 && (data[0] as number) <= 1 ? data : undefined)],
    [0x0419, number(90)],
    // Viewers draw the layers where the flag is not set.
    [0x0421, (data) => (data.length > MERGED_AT && data[MERGED_AT] === 0 ? WITHOUT_MERGED : undefined)],
    [0x0435, perChannel(4, CHANNEL_OPTION_BYTES)],
  ]);
}
