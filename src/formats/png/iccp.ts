import { deflateSync } from 'node:zlib';
import type { Part, Plan } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { locateWithin, opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { type ChunkContext, type ChunkReading, opaqueChunk } from './chunk-context.js';
import { buildChunk, type Chunk, regionOf } from './chunks.js';

/** W3C PNG 11.3.2.3: the profile's name, 1 to 79 bytes, is for convenience only; viewers use the profile. */
const MAX_NAME_BYTES = 79;

/** What a removed name becomes. */
const NEUTRAL_NAME = 'ICC profile';

/** Names that software gives to standard profiles. Any other may name a monitor, and with it its owner. */
const COMMON_NAMES =
  /^(?:icc(?: profile)?|photoshop icc profile|embedded(?: profile)?|profile|default|skia|gimp built-in srgb|artifex.*srgb|s-?rgb(?:[ -].{0,24})?|scrgb|display p3|dci[ -]p3(?: d65)?|p3|adobe ?rgb(?: ?\(?1998\)?)?|prophoto(?: rgb)?|romm rgb|rec(?:\.|ommendation)? ?(?:bt\.?)?(?:709|2020|2100)[ -]?.{0,8}|(?:generic|calibrated|device|linear) (?:rgb|gr[ae]y|gr[ae]y gamma 2\.2)(?: profile)?|dot gain 20%|gr[ae]y(?:scale)?|gr[ae]y gamma 2\.2|kcgcolorspace\w{1,32}|c2(?:ci)?|srgb iec61966-2\.1)$/i;

export function readIccp(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  const nameBytes = data.subarray(0, MAX_NAME_BYTES + 1).indexOf(0);
  // 11.3.2.3: compression method 0 is the only one.
  const inflated = nameBytes < 1 || data[nameBytes + 1] !== 0 ? undefined : context.budget.inflate(data.subarray(nameBytes + 2));
  if (inflated === undefined) return opaqueChunk(chunk, 'a colour profile that cannot be unpacked', 'ICC');
  const region = regionOf(chunk);
  const icc = readIcc(inflated.bytes, { path: `${chunk.name}/ICC`, locate: locateWithin(region), context: context.read });
  if (!icc.valid) return opaqueChunk(chunk, 'data in the place of a colour profile', 'ICC');
  const endBytes = nameBytes + 2 + inflated.consumedBytes;
  const name = namePart(chunk, data.subarray(0, nameBytes));
  const tail = tailPart(chunk, data, endBytes);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const profile = icc.payload.rewrite(plan);
    if (profile === null) return null;
    const changed = icc.parts.some((part) => plan.touches(part));
    return buildChunk(
      'iCCP',
      name !== undefined && plan.touches(name) ? Buffer.from(NEUTRAL_NAME, 'latin1') : data.subarray(0, nameBytes),
      changed ? Buffer.concat([new Uint8Array(2), deflateSync(profile, { level: 9 })]) : data.subarray(nameBytes, endBytes),
      data.subarray(tail !== undefined && plan.touches(tail) ? data.byteLength : endBytes),
    );
  };
  const children = [name, ...icc.parts, tail].filter((part) => part !== undefined);
  const part: Part = {
    path: chunk.name,
    carrier: 'ICC',
    category: 'rendering',
    region,
    required: true,
    note: 'colour profile',
    children,
    payload: { rewrite },
  };
  return { part, iccProfile: inflated.bytes };
}

function namePart(chunk: Chunk, bytes: Uint8Array): Part | undefined {
  const name = latin1(bytes);
  if (COMMON_NAMES.test(name)) return undefined;
  return {
    path: `${chunk.name}/name`,
    carrier: 'ICC',
    category: 'device',
    alsoReveals: ['hidden'],
    region: { byteOffset: chunk.dataOffset, byteLength: bytes.byteLength },
    required: false,
    value: seal(name),
    note: 'name of the colour profile',
  };
}

function tailPart(chunk: Chunk, data: Uint8Array, endBytes: number): Part | undefined {
  if (endBytes === data.byteLength) return undefined;
  const region = { byteOffset: chunk.dataOffset + endBytes, byteLength: data.byteLength - endBytes };
  return opaquePart(`${chunk.name}/after-end`, 'unknown', region, 'bytes after the end of the compressed profile');
}
