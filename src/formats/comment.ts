import { isUtf8 } from 'node:buffer';
import type { Category } from '../core/category.js';
import type { Part, Region } from '../core/part.js';
import { seal } from '../core/sealed.js';
import { looksLikeAiPrompt } from '../metadata/ai-prompt.js';
import { opaquePart } from '../metadata/reading.js';
import { toldInText } from '../metadata/told-in-text.js';

/** Longer than what people and programs write into a comment. */
const TEXT_BYTES = 16 * 1024;

/** Control characters but tab, line feed, form feed and carriage return; what is not assigned; private use. */
const UNREADABLE = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd\p{Cn}\p{Co}\p{Cs}]/u;

/** A run that no language has words of: base64, hex, a key. */
const ENCODED = /[A-Za-z0-9+/_=-]{48}|(?:[0-9a-f]{2}[\s:,]?){24}/i;

/** What encoders leave behind. */
const BANNER =
  /^(?:CREATOR: gd-jpeg|Created with (?:The )?(?:GIMP|Inkscape|Paint)|LEAD Technologies|Intel\(R\) JPEG|File (?:written|source)[ :]|Lavc\d|AppleMark|Handmade Software|Optimized (?:by|with)|Compressed (?:by|with)|Processed (?:by|with)|Software:|ACD Systems|XV Version|Written by|Encoded by|Handbrake|ImageMagick|JPEG Encoder|Copyright \(C\) \d+ Xing|Created by OpenJPEG|Kakadu|Kdu-|Creator: JasPer|LuraWave)/i;

const PLACE =
  /\b(?:gps|lat(?:itude)?|lon(?:g(?:itude)?)?|geo|location)\b|[-+]?\d{1,3}\.\d{3,12}\s{0,4}[,; ]\s{0,4}[-+]?\d{1,3}\.\d{3,}|\d\s*°|\d{1,3}[°º]\d/i;
const DATE = /\b(?:19|20)\d\d[-:./ ]?(?:0[1-9]|1[0-2])[-:./ ]?(?:0[1-9]|[12]\d|3[01])\b/;

/** A container's comment: text where it is plainly that, else it may be anything. `region` is all that goes with it. */
export function commentPart(path: string, region: Region, data: Uint8Array): Part {
  const text = data.byteLength > TEXT_BYTES ? undefined : textOf(data);
  if (text === undefined) return opaquePart(path, 'comment', region, 'comment that is no plain text');
  const category = categoryOf(text);
  const alsoReveals: Category[] = toldInText(text, category);
  if (PLACE.test(text) && !alsoReveals.includes('location')) alsoReveals.push('location');
  if (DATE.test(text)) alsoReveals.push('time');
  return {
    path,
    carrier: 'comment',
    category,
    ...(alsoReveals.length === 0 ? {} : { alsoReveals }),
    region,
    required: false,
    value: seal(text),
  };
}

function categoryOf(text: string): Category {
  if (text.trim() === '') return 'hidden';
  if (looksLikeAiPrompt(text)) return 'ai-prompt';
  return BANNER.test(text) ? 'software' : 'text';
}

/** The bytes as text in UTF-16 or UTF-8, or in ISO 8859-1 where little of it is not ASCII. `undefined` where they are none. */
function textOf(data: Uint8Array): string | undefined {
  const text = decode(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return text === undefined || UNREADABLE.test(text) || ENCODED.test(text) ? undefined : text;
}

function decode(bytes: Buffer): string | undefined {
  const utf16 = utf16Order(bytes);
  if (utf16 === 'le') return dropNuls(bytes.toString('utf16le').replace(/^\ufeff/, ''));
  if (utf16 === 'be')
    return dropNuls(
      Buffer.from(bytes)
        .swap16()
        .toString('utf16le')
        .replace(/^\ufeff/, ''),
    );
  if (isUtf8(bytes)) return dropNuls(bytes.toString('utf8').replace(/^\ufeff/, ''));
  const text = dropNuls(bytes.toString('latin1'));
  const foreign = text.length - text.replace(/[^\x00-\x7f]/g, '').length;
  return foreign * 4 <= text.length ? text : undefined;
}

/** By its byte order mark, or by the zeros between the letters. */
function utf16Order(bytes: Buffer): 'le' | 'be' | undefined {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return undefined;
  const mark = bytes.readUInt16BE(0);
  if (mark === 0xfeff) return 'be';
  if (mark === 0xfffe) return 'le';
  let [even, odd] = [0, 0];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const most = bytes.length / 2 / 2;
  if (odd > most && even <= odd / 8) return 'le';
  return even > most && odd <= even / 8 ? 'be' : undefined;
}

function dropNuls(text: string): string {
  return text.replace(/\0+$/, '');
}
