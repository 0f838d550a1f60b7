import type { Sealed } from '../core/sealed.js';

/** A rectangle of a picture as it is shown (orientation applied): whole pixels from the top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something that was seen in a picture. */
export interface Detection {
  readonly kind: 'face' | 'text' | 'code' | 'region';
  /** `face`, `text`, `text/email`, `text/card`, `code/qr-code`, `region`: stable, free of private values. */
  readonly rule: string;
  readonly box: Box;
  /** 0 to 1. */
  readonly confidence: number;
  /** What was read there. */
  readonly value?: Sealed;
}

/** A check of the picture could not be made: the caller reports it, and never takes it for "nothing found". */
export class VisualError extends Error {
  override readonly name = 'VisualError';
  constructor(
    /** Kebab-case, stable: `no-runtime`, `no-model`, `model-hash`, `not-decodable`, `too-large`, … */
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
