/** 1s to 3650d. */
export const DURATION_PATTERN = /^(?:[1-9]\d{0,5}[sm]|[1-9]\d{0,3}h|(?:[1-9]\d{0,2}|[12]\d{3}|3[0-5]\d\d|36[0-4]\d|3650)d)$/;

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `24h`, `7d`. `undefined` where the text is none of these. */
export function durationMs(text: string): number | undefined {
  return DURATION_PATTERN.test(text) ? Number.parseInt(text, 10) * UNIT_MS[text.at(-1) as keyof typeof UNIT_MS] : undefined;
}
