/** Where in the file, and a word a program can match. `code` is kebab-case and stable. */
abstract class ReadError extends Error {
  constructor(
    readonly code: string,
    readonly byteOffset: number,
    message: string,
    /** What to do next, where the reader knows better than the engine's general advice. Free of private values. */
    readonly hint?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The bytes break the rules of the format they claim to be. */
export class FormatError extends ReadError {}

/** The bytes may be valid, but they use something this version does not read. */
export class UnsupportedError extends ReadError {}

/** A named limit would be exceeded; raised before the allocation or the loop it guards. */
export class LimitError extends ReadError {
  constructor(
    readonly limit: string,
    byteOffset: number,
    message: string,
  ) {
    super(`limit-${limit}`, byteOffset, message);
  }
}

export type ReaderError = FormatError | UnsupportedError | LimitError;

/** The only three errors that may leave a reader, whatever the bytes. Anything else is our bug. */
export function isReaderError(error: unknown): error is ReaderError {
  return error instanceof FormatError || error instanceof UnsupportedError || error instanceof LimitError;
}
