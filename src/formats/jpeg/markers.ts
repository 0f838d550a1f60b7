/** Marker codes, the byte after 0xFF (T.81 table B.1). */
export const MARKER = Object.freeze({
  TEM: 0x01,
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  JPG: 0xc8,
  DAC: 0xcc,
  SOF15: 0xcf,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  DHP: 0xde,
  EXP: 0xdf,
  APP0: 0xe0,
  APP15: 0xef,
  COM: 0xfe,
});

const NAMES: Readonly<Record<number, string>> = {
  [MARKER.TEM]: 'TEM',
  [MARKER.DHT]: 'DHT',
  [MARKER.JPG]: 'JPG',
  [MARKER.DAC]: 'DAC',
  [MARKER.SOI]: 'SOI',
  [MARKER.EOI]: 'EOI',
  [MARKER.SOS]: 'SOS',
  [MARKER.DQT]: 'DQT',
  [MARKER.DNL]: 'DNL',
  [MARKER.DRI]: 'DRI',
  [MARKER.DHP]: 'DHP',
  [MARKER.EXP]: 'EXP',
  [MARKER.COM]: 'COM',
};

/** A start of frame; DHT, JPG and DAC lie in the same range and are none. */
export function isFrameMarker(code: number): boolean {
  return code >= MARKER.SOF0 && code <= MARKER.SOF15 && code !== MARKER.DHT && code !== MARKER.JPG && code !== MARKER.DAC;
}

export function isRestartMarker(code: number): boolean {
  return code >= MARKER.RST0 && code <= MARKER.RST7;
}

export function isApplicationMarker(code: number): boolean {
  return code >= MARKER.APP0 && code <= MARKER.APP15;
}

/** The standard's name: `SOF2`, `APP13`, `COM`; `0xF3` for one that it reserves. */
export function markerName(code: number): string {
  if (isApplicationMarker(code)) return `APP${code - MARKER.APP0}`;
  if (isFrameMarker(code)) return `SOF${code - MARKER.SOF0}`;
  if (isRestartMarker(code)) return `RST${code - MARKER.RST0}`;
  return NAMES[code] ?? `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
