/** Markers of a codestream (ISO/IEC 15444-1 A.2). */
export const MARKER = Object.freeze({
  SOC: 0xff4f,
  SIZ: 0xff51,
  COD: 0xff52,
  TLM: 0xff55,
  PLT: 0xff58,
  CRG: 0xff63,
  COM: 0xff64,
  SOT: 0xff90,
  SOD: 0xff93,
  EOC: 0xffd9,
});

/** What a decoder needs, of parts 1 (A.2), 2 (A.2: 0xFF70 to 0xFF79) and 15: capabilities, coding, quantisation, regions, orders, headers of packets. */
const NEEDED: ReadonlySet<number> = new Set([
  0xff50, 0xff51, 0xff52, 0xff53, 0xff56, 0xff59, 0xff5c, 0xff5d, 0xff5e, 0xff5f, 0xff60, 0xff61, 0xff70, 0xff71, 0xff72, 0xff73, 0xff74,
  0xff75, 0xff76, 0xff77, 0xff78, 0xff79,
]);

export function isNeeded(marker: number): boolean {
  return NEEDED.has(marker);
}

/** A.2: these stand alone, without a length. */
export function isBare(marker: number): boolean {
  return marker >= 0xff30 && marker <= 0xff3f;
}
