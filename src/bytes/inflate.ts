import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { FormatError, LimitError } from '../core/error.js';

export interface Inflated {
  readonly bytes: Uint8Array;
  /** Bytes of the input up to the true end of the compressed stream. What follows is no part of it. */
  readonly consumedBytes: number;
}

type Scheme = 'zlib' | 'raw' | 'gzip' | 'brotli';

/**
 * Inflates one stream, never to more than `maxBytes`. `byteOffset` places errors in the file.
 * Throws `LimitError` (`inflatedBytes`) past the bound, `FormatError` (`bad-deflate`) where the stream is broken.
 */
export function inflate(input: Uint8Array, maxBytes: number, byteOffset: number, scheme: Scheme = 'zlib'): Inflated {
  const options = { maxOutputLength: Math.max(1, maxBytes), info: true as const };
  try {
    // `info` adds the engine, whose `bytesWritten` is how much input it took; @types/node does not know of it.
    const result = (scheme === 'brotli'
      ? brotliDecompressSync(input, options)
      : scheme === 'gzip'
        ? gunzipSync(input, options)
        : scheme === 'raw'
          ? inflateRawSync(input, options)
          : inflateSync(input, { ...options, finishFlush: constants.Z_FINISH })) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return { bytes: result.buffer, consumedBytes: result.engine.bytesWritten };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new LimitError('inflatedBytes', byteOffset, `a compressed stream inflates to more than ${maxBytes} bytes`);
    if (code.startsWith('Z_') || code.startsWith('ERR_') || code.startsWith('ERR__'))
      throw new FormatError('bad-deflate', byteOffset, `a compressed stream is broken (${code})`);
    throw error;
  }
}
