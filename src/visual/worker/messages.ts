/** A call of the engine in another thread. Pictures and answers are plain data. */
export interface Call {
  readonly id: number;
  readonly name: 'look' | 'redact' | 'preview';
  readonly parameters: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  /** What the caller is to be told; anything else that went wrong is a bug, with its stack. */
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string; readonly hint: string } }
  | { readonly id: number; readonly bug: string };
