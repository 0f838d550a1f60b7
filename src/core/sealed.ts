const NODE_INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A private value read from a file. It shows itself as `[sealed]` to every printer and serialiser;
 * only `reveal()` gives it back, so that each place that does is easy to find and to argue about.
 */
export class Sealed {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[sealed]';
  }

  toJSON(): string {
    return '[sealed]';
  }

  [NODE_INSPECT](): string {
    return '[sealed]';
  }
}

/** Seals a text, cut to `maxLength` characters: a value is for a person to recognise, not a copy of the payload. */
export function seal(value: string, maxLength = 256): Sealed {
  return new Sealed(value.length > maxLength ? `${value.slice(0, maxLength)}…` : value);
}
