import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { NeedMore, Parser } from './parser.js';

const FIRST_BYTES = 1 << 10;
const GROWTH = 8;

/** Parses from an offset of the file on, reading ever more of it until the parser has seen an end. */
export function parseWithin<T>(source: Source, byteOffset: number, limits: Limits, parse: (parser: Parser) => T): T {
  const rest = source.byteLength - byteOffset;
  for (let wanted = FIRST_BYTES; ; wanted *= GROWTH) {
    const byteLength = Math.min(wanted, rest);
    if (byteLength > limits.payloadBytes) throw new LimitError('payloadBytes', byteOffset, 'an object is too long');
    const isWhole = byteLength === rest;
    try {
      return parse(new Parser(source.read(byteOffset, byteLength), { baseOffset: byteOffset, isWhole }));
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error;
    }
  }
}
