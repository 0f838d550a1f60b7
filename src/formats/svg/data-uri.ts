import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';

/** A picture within a `data:` address. */
export interface EmbeddedPicture {
  readonly part: Part;
  /** What stands for the address once parts of the picture are gone. ASCII alone. */
  readonly rewrite: NonNullable<Part['payload']>['rewrite'];
  /** The address in front of its data. */
  readonly head: (plan: Plan) => string;
}

const PICTURE = /^(?:image\/[\w.+-]+|application\/pdf)$/i;

/** Fonts and style sheets: the drawing looks different without them. */
const DRAWN_WITH = /^(?:font\/|application\/(?:x-)?font|application\/vnd\.ms-fontobject|application\/x-truetype|text\/css)/i;

/** First bytes of WOFF, WOFF2, TrueType, OpenType and collections of them. */
const FONT = /^(?:wOFF|wOF2|\0\x01\0\0|OTTO|true|ttcf)/;

/** Longer heads are no media type. */
const HEAD_CHARACTERS = 1024;

interface Address {
  readonly mediaType: string;
  /** Each with the semicolon before it. */
  readonly parameters: string;
  readonly bytes: Buffer | undefined;
}

/** RFC 2397: a media type and its parameters, the sign of Base64, a comma, the data. White space is passed over, as browsers do. */
function splitAddress(value: string): Address | undefined {
  const comma = value.slice(0, HEAD_CHARACTERS).indexOf(',');
  if (comma < 0) return undefined;
  const [mediaType = '', ...rest] = value
    .slice('data:'.length, comma)
    .split(';')
    .map((word) => word.trim());
  const isBase64 = rest.at(-1)?.toLowerCase() === 'base64';
  const data = value.slice(comma + 1);
  const parameters = (isBase64 ? rest.slice(0, -1) : rest).map((word) => `;${word}`).join('');
  return { mediaType, parameters, bytes: isBase64 ? fromBase64(data) : fromPercent(data) };
}

/**
 * Reads the picture in a `data:` address, whatever type it claims: viewers look at the bytes. Without a picture `drawn with` says that
 * the drawing needs the data, `nothing` that it does not. Throws `UnsupportedError` where a picture is not read: it could not be called clean.
 */
export function readDataUri(value: string, path: string, region: Region, context: ReadContext): EmbeddedPicture | 'drawn with' | 'nothing' {
  const address = splitAddress(value);
  if (address === undefined) return 'nothing';
  const { mediaType, parameters, bytes } = address;
  const isFont = bytes !== undefined && FONT.test(bytes.subarray(0, 4).toString('latin1'));
  if (DRAWN_WITH.test(mediaType) || (isFont && !PICTURE.test(mediaType))) return 'drawn with';
  const embedded = bytes === undefined ? undefined : context.readEmbedded(bytes, path, region.byteOffset);
  if (embedded === undefined && !PICTURE.test(mediaType)) return 'nothing';
  if (embedded === undefined)
    throw new UnsupportedError(
      'svg-embedded-picture',
      region.byteOffset,
      'a picture within the document cannot be read',
      'take the picture out, or save it as JPEG or PNG',
    );
  const named = /^(?:;charset=[\w-]+)?$/i.test(parameters)
    ? undefined
    : opaquePart(`${path}/parameters`, 'text', region, 'parameters of the address');
  const children = [...(named === undefined ? [] : [named]), ...embedded.parts.map((part) => placed(part, region))];
  return {
    head: (plan) => `data:${mediaType}${named !== undefined && plan.actionOf(named).kind === 'keep' ? parameters : ''};base64,`,
    rewrite: embedded.payload.rewrite,
    part: {
      path,
      carrier: 'image',
      category: 'rendering',
      region,
      required: false,
      children,
      payload: embedded.payload,
      note: `${embedded.format} picture`,
    },
  };
}

/** Its parts lie somewhere in the address: what they are encoded in has no offsets of theirs. */
function placed(part: Part, region: Region): Part {
  return { ...part, region, ...(part.children === undefined ? {} : { children: part.children.map((child) => placed(child, region)) }) };
}

/** White space, also as character references, is passed over (RFC 2045 6.8). */
function fromBase64(data: string): Buffer | undefined {
  const plain = data
    .replace(/&#(?:x0*(?:a|d|9|20)|0*(?:10|13|9|32));|%(?:0a|0d|09|20)|\s+/gi, '')
    .replace(/%2b/gi, '+')
    .replace(/%2f/gi, '/')
    .replace(/%3d/gi, '=');
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : undefined;
}

function fromPercent(data: string): Buffer | undefined {
  const text = data
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;|&#0*39;/g, "'")
    .replace(/&amp;/g, '&');
  const bytes = Buffer.alloc(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return undefined;
    const hex = code === 0x25 ? /^[0-9a-f]{2}/i.exec(text.slice(at + 1, at + 3))?.[0] : undefined;
    bytes[length++] = hex === undefined ? code : Number.parseInt(hex, 16);
    if (hex !== undefined) at += 2;
  }
  return bytes.subarray(0, length);
}
