import { FormatError } from '../../core/error.js';

export interface Component {
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantization: number;
}

/** T.81 B.2.2. `height` is 0 where a DNL segment gives it. */
export interface Frame {
  readonly marker: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** T.81 B.2.3. */
export interface ScanHeader {
  readonly components: readonly { readonly component: Component; readonly dc: number; readonly ac: number }[];
  readonly spectralStart: number;
  readonly spectralEnd: number;
  readonly high: number;
  readonly low: number;
}

const FRAME_BYTES = 6;
const SCAN_BYTES = 4;
const MAX_SCAN_COMPONENTS = 4;

/** Throws `FormatError` where the header is not as the standard wants it. `byteOffset` is that of its first data byte. */
export function readFrame(marker: number, data: Uint8Array, byteOffset: number): Frame {
  const count = data[5] ?? 0;
  if (data.length !== FRAME_BYTES + 3 * count || count === 0) throw bad(byteOffset, 'a frame header has the wrong length');
  const components: Component[] = [];
  for (let at = FRAME_BYTES; at < data.length; at += 3) {
    const [id, sampling, quantization] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    const [horizontal, vertical] = [sampling >> 4, sampling & 15];
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
      throw bad(byteOffset + at, 'a frame header has sampling factors outside 1 to 4');
    components.push({ id, horizontal, vertical, quantization });
  }
  const width = ((data[3] as number) << 8) | (data[4] as number);
  if (width === 0) throw new FormatError('no-picture', byteOffset + 3, 'the picture is 0 samples wide');
  return { marker, precision: data[0] as number, height: ((data[1] as number) << 8) | (data[2] as number), width, components };
}

/** T.81 B.2.3. `data` without marker and length; `byteOffset` is that of `data`, for errors. Throws `FormatError`. */
export function readScanHeader(frame: Frame, data: Uint8Array, byteOffset: number): ScanHeader {
  const count = data[0] ?? 0;
  if (count < 1 || count > MAX_SCAN_COMPONENTS || data.length !== SCAN_BYTES + 2 * count)
    throw bad(byteOffset, 'a scan header has the wrong length');
  const components = [];
  for (let at = 1; at < 1 + 2 * count; at += 2) {
    const component = frame.components.find(({ id }) => id === data[at]);
    if (component === undefined) throw bad(byteOffset + at, 'a scan names a component that the frame does not have');
    const tables = data[at + 1] as number;
    components.push({ component, dc: tables >> 4, ac: tables & 15 });
  }
  const [spectralStart, spectralEnd, approximation] = data.subarray(1 + 2 * count) as unknown as [number, number, number];
  return { components, spectralStart, spectralEnd, high: approximation >> 4, low: approximation & 15 };
}

function bad(byteOffset: number, message: string): FormatError {
  return new FormatError('bad-header', byteOffset, message);
}
