import picocolors from 'picocolors';

/** Colours for a terminal, or none. */
export type Style = ReturnType<typeof picocolors.createColors>;

/** https://no-color.org: any non-empty NO_COLOR turns colours off; only a terminal ever gets them. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return picocolors.createColors(wanted);
}
