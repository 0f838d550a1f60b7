import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { claimsOf } from './mpf-carrier.js';
import { readSegments, type SegmentReading } from './segments.js';
import { readPieces, type StreamPart } from './stream-parts.js';
import { readTrailers } from './trailers.js';
import { type Stream, walk } from './walk.js';

export interface JpegInspection extends Inspection {
  readonly stream: Stream;
  /** The parts up to EOI with the pieces that they cover. */
  readonly streamParts: readonly StreamPart[];
  readonly segments: SegmentReading;
}

/** Reads a JPEG as parts that tile it. Throws `FormatError` or `LimitError`. */
export function readJpeg(source: Source, context: ReadContext): JpegInspection {
  const stream = walk(source, context.limits);
  const segments = readSegments(source, stream, context);
  const streamParts = readPieces(source, stream, segments);
  const claims = segments.mpf.flatMap((mpf) => claimsOf(mpf, stream.end));
  const trailers = readTrailers(source, stream.end, claims, context);
  const parts: Part[] = [...streamParts.map(({ part }) => part), ...trailers];
  return {
    format: 'jpeg',
    mediaType: 'image/jpeg',
    parts,
    picture: {
      width: stream.frame.width,
      height: stream.height,
      orientation: segments.orientation ?? 1,
      frameCount: 1,
      pixels: parts.filter(({ carrier }) => carrier === 'pixels').map(({ region }): Region => region),
      ...(segments.iccProfile === undefined ? {} : { iccProfile: segments.iccProfile }),
    },
    stream,
    streamParts,
    segments,
  };
}
