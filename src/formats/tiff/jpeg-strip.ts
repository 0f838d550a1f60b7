import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { isZero } from '../../metadata/text.js';

/** Segments of one stream that are looked at in front of its pixels. */
const MAX_SEGMENTS = 512;
const SOS = 0xda;
const COM = 0xfe;
/** ITU-T T.81 B.1.1.3. APP0 and APP14 tell decoders the colours. */
const isMetadata = (marker: number): boolean => marker === COM || (marker > 0xe0 && marker <= 0xef && marker !== 0xee);

/** Contents of the segments in front of a JPEG stream's scan that no decoder needs, zeros left out. */
export function metadataIn(source: Source, { byteOffset, byteLength }: Region): Region[] {
  const found: Region[] = [];
  const end = byteOffset + byteLength;
  let at = byteOffset + 2;
  if (byteLength < 4 || Buffer.from(source.read(byteOffset, 2)).readUInt16BE(0) !== 0xffd8) return found;
  for (let count = 0; count < MAX_SEGMENTS && at + 4 <= end; count++) {
    const head = Buffer.from(source.read(at, 4));
    const marker = head[1] as number;
    const length = head.readUInt16BE(2);
    if (head[0] !== 0xff || marker === SOS || length < 2 || at + 2 + length > end) return found;
    const content = { byteOffset: at + 4, byteLength: length - 2 };
    if (isMetadata(marker) && !isZero(source.read(content.byteOffset, content.byteLength))) found.push(content);
    at += 2 + length;
  }
  return found;
}
