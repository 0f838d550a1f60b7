import { FormatError, isReaderError, LimitError, UnsupportedError } from '../../core/error.js';
import { ProofError } from '../../engine/prove.js';
import { IoError } from '../../io/io-error.js';

/** An error as plain data. What is no error of ours is a bug: of it only name and place are told, its message may quote the file. */
export type CarriedError =
  | {
      readonly kind: 'format' | 'unsupported' | 'limit';
      readonly code: string;
      readonly byteOffset: number;
      readonly message: string;
      readonly hint?: string;
    }
  | { readonly kind: 'proof'; readonly code: ProofError['code']; readonly byteOffset: number; readonly message: string }
  | { readonly kind: 'io'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly kind: 'bug'; readonly name: string; readonly frames: string };

export function carryError(error: unknown): CarriedError {
  if (isReaderError(error)) {
    const { byteOffset, message, hint } = error;
    const told = { byteOffset, message, ...(hint === undefined ? {} : { hint }) };
    if (error instanceof LimitError) return { kind: 'limit', code: error.limit, ...told };
    return { kind: error instanceof UnsupportedError ? 'unsupported' : 'format', code: error.code, ...told };
  }
  if (error instanceof ProofError) return { kind: 'proof', code: error.code, byteOffset: error.byteOffset, message: error.message };
  if (error instanceof IoError) return { kind: 'io', code: error.code, message: error.message, hint: error.hint };
  if (!(error instanceof Error)) return { kind: 'bug', name: typeof error, frames: '' };
  return { kind: 'bug', name: error.name, frames: framesOf(error) };
}

export function errorOf(carried: CarriedError): Error {
  switch (carried.kind) {
    case 'limit':
      return new LimitError(carried.code, carried.byteOffset, carried.message);
    case 'unsupported':
      return new UnsupportedError(carried.code, carried.byteOffset, carried.message, carried.hint);
    case 'format':
      return new FormatError(carried.code, carried.byteOffset, carried.message, carried.hint);
    case 'proof':
      return new ProofError(carried.code, carried.message, carried.byteOffset);
    case 'io':
      return new IoError(carried.code, carried.message, carried.hint);
    case 'bug':
      return bugIn(carried.name, carried.frames);
  }
}

function bugIn(name: string, frames: string): Error {
  const bug = new Error('a bug in the thread that looks at files');
  bug.name = name;
  bug.stack = `${name}\n${frames}`;
  return bug;
}

function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .join('\n');
}
