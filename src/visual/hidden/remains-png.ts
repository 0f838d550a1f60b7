import { inflateFromTheMiddle } from './deflate-start.js';
import { linesOf, type Recovered } from './png-lines.js';

const IDAT = Buffer.from('IDAT');

/** What of an older PNG can be recovered from behind the end of the one that was written over it; `undefined` where nothing inflates. */
export function recoverPng(trailer: Uint8Array, width: number): Recovered | undefined {
  const inflated = inflateFromTheMiddle(streamOf(Buffer.from(trailer)));
  return inflated === undefined ? undefined : linesOf(inflated, width);
}

/** The rest of a chunk whose beginning was overwritten, and the chunks of pixels behind it. */
function streamOf(trailer: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const first = trailer.indexOf(IDAT);
  // A chunk's length stands before its type, the CRC of the one before in front of that.
  const restEnd = first < 0 ? trailer.length - 16 : first - 8;
  if (restEnd > 0) pieces.push(trailer.subarray(0, restEnd));
  for (let at = first; at >= 4 && trailer.toString('latin1', at, at + 4) === 'IDAT'; ) {
    const length = trailer.readUInt32BE(at - 4);
    pieces.push(trailer.subarray(at + 4, Math.min(at + 4 + length, trailer.length)));
    at += 4 + length + 4 + 4;
    if (at + 4 > trailer.length) break;
  }
  return Buffer.concat(pieces);
}
