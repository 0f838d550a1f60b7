import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { isBlank } from '../boxes/blank.js';
import { blockKind } from './block-kinds.js';
import type { Block } from './blocks.js';
import type { PsdBytes } from './bytes.js';
import type { Header } from './header.js';
import { recordName, tellsNothing, unicodeName } from './layer-names.js';
import type { Layer, LayerInfo } from './layers.js';
import type { LayerSection } from './section.js';

/** A part of the section of layers, and how it goes. */
export interface Target {
  readonly part: Part;
  /** Cut out with the lengths around it; an empty name in its place; zeros; what tells nothing in rows; or not at all. */
  readonly how: 'cut' | 'empty-name' | 'zero' | 'fill-rows' | 'refuse';
  readonly info?: LayerInfo;
  readonly layer?: Layer;
  /** What pads this is gone where this goes. */
  readonly paddingOf?: Target;
}

/** Layers of files and of text show something without pixels of their own. */
const SHOWS_SOMETHING: ReadonlySet<string> = new Set(['TySh', 'tySh', 'SoLd', 'SoLE', 'PlLd', 'plLd']);

/** Layers of one colour, a gradient or a pattern hold no picture. */
const FILLS: ReadonlySet<string> = new Set(['SoCo', 'GdFl', 'PtFl']);

/** `lsct`: 1 and 2 are groups, 3 is the end of one. */
const GROUPS: ReadonlySet<number> = new Set([1, 2]);

/** What times and states of a layer take; more is something else. */
const STATE_BYTES = 4096;

const MASK_BYTES = 13;

/** How much of bytes that belong to nothing is searched for blocks. */
const SEARCH_BYTES = 1 << 16;

/** All of the section that the policy may decide on. */
export function layerTargets(bytes: PsdBytes, header: Header, section: LayerSection): Target[] {
  return new Targets(bytes, header).of(section);
}

class Targets {
  readonly #targets: Target[] = [];

  constructor(
    readonly bytes: PsdBytes,
    readonly header: Header,
  ) {}

  of({ infos, mask, blocks, rest }: LayerSection): Target[] {
    for (const [number, info] of infos.entries()) {
      const prefix = number === 0 ? 'layers' : `layers/info#${number}`;
      for (const layer of info.layers) this.#layer(`${prefix}/layer#${layer.index}`, info, layer);
      this.#rest(`${prefix}/padding`, info.rest);
    }
    if (mask.byteLength > MASK_BYTES)
      this.#rest('layers/mask/filler', { byteOffset: mask.byteOffset + MASK_BYTES, byteLength: mask.byteLength - MASK_BYTES });
    this.#blocks('layers', blocks);
    this.#rest('layers/rest', rest);
    return this.#targets;
  }

  #layer(path: string, info: LayerInfo, layer: Layer): void {
    const within = { info, layer };
    const name = recordName(this.bytes, layer.nameText);
    const target: Target = { part: namePart(`${path}/name`, layer.name, name), how: 'empty-name', ...within };
    if (!tellsNothing(name)) this.#targets.push(target);
    this.#rest(`${path}/name padding`, between(layer.nameText, layer.name), target);
    this.#blocks(path, layer.blocks, within);
    this.#rest(`${path}/rest`, layer.rest);
    for (const [index, channel] of layer.channels.entries())
      this.#rest(`${path}/channel#${index} rest`, between(channel, endOfChannel(layer, index)));
    if (layer.slack.length > 0) {
      const part = opaquePart(`${path}/rows`, 'unknown', layer.pixels, 'bytes within packed rows that no decoder shows');
      this.#targets.push({ part, how: 'fill-rows', ...within });
    }
    if (isUnseen(this.bytes, layer)) this.#refuse(`${path}/unseen`, layer, 'a layer that is not shown');
    else if (isBeyond(this.header, layer)) this.#refuse(`${path}/beyond`, layer, 'a layer that goes on behind the edge of the picture');
  }

  #refuse(path: string, { pixels, region }: Layer, note: string): void {
    const place = pixels.byteLength > 0 ? pixels : region;
    this.#targets.push({ part: { path, carrier: 'image', category: 'hidden', region: place, required: false, note }, how: 'refuse' });
  }

  #blocks(prefix: string, blocks: readonly Block[], within: Pick<Target, 'info' | 'layer'> = {}): void {
    const ordinals = new Map<string, number>();
    for (const block of blocks) {
      const shown = /^[A-Za-z0-9]{2,4} {0,2}$/.test(block.key) ? block.key.trim() : `0x${Buffer.from(block.key, 'latin1').toString('hex')}`;
      const ordinal = ordinals.get(shown) ?? 0;
      ordinals.set(shown, ordinal + 1);
      const path = `${prefix}/${shown}#${ordinal}`;
      const target = this.#block(path, block);
      if (target !== undefined) this.#targets.push({ ...target, ...within });
      this.#rest(`${path} padding`, { byteOffset: block.dataEnd, byteLength: block.endOffset - block.dataEnd }, target);
    }
  }

  #block(path: string, block: Block): Target | undefined {
    const kind = blockKind(block.key, block.dataEnd - block.dataOffset);
    if (kind === undefined) return undefined;
    const region = { byteOffset: block.byteOffset, byteLength: block.endOffset - block.byteOffset };
    if (block.key === 'luni') {
      const name = unicodeName(this.bytes, block);
      if (name === undefined) return { part: opaquePart(path, 'Photoshop', region, 'data in the place of a name'), how: 'cut' };
      return tellsNothing(name) ? undefined : { part: namePart(path, region, name), how: 'cut' };
    }
    const { category, alsoReveals = [], note, isContent } = kind;
    const more = block.key === 'shmd' && !isState(this.bytes, block) ? REVEALS_ANYTHING : alsoReveals;
    const part: Part = { path, carrier: 'Photoshop', category, alsoReveals: more, region, required: false, note };
    return { part, how: isContent === true ? 'refuse' : 'cut' };
  }

  /** What lies there belongs to nothing; zeros tell nothing. Where more blocks lie there, they could not be followed to: then all stays. */
  #rest(path: string, region: Region, paddingOf?: Target): void {
    const { source } = this.bytes;
    const { byteOffset, byteLength } = region;
    if (byteLength === 0 || isBlank(source, byteOffset, byteOffset + byteLength)) return;
    const start = Buffer.from(source.read(byteOffset, Math.min(SEARCH_BYTES, byteLength)));
    const hasBlocks = start.includes('8BIM') || start.includes('8B64');
    const note = hasBlocks ? 'layer information that cannot be followed' : 'bytes that belong to nothing';
    const part = opaquePart(path, 'unknown', region, note);
    this.#targets.push({ part, how: hasBlocks ? 'refuse' : 'zero', ...(paddingOf === undefined ? {} : { paddingOf }) });
  }
}

/** A channel with all that its length covers. */
function endOfChannel({ channels, pixels }: Layer, index: number): Region {
  const next = channels[index + 1]?.byteOffset ?? pixels.byteOffset + pixels.byteLength;
  const { byteOffset } = channels[index] as Region;
  return { byteOffset, byteLength: next - byteOffset };
}

/** What lies behind `inner` within `outer`. */
function between(inner: Region, outer: Region): Region {
  const byteOffset = inner.byteOffset + inner.byteLength;
  return { byteOffset, byteLength: outer.byteOffset + outer.byteLength - byteOffset };
}

function namePart(path: string, region: Region, name: string): Part {
  const told = toldInText(name, 'text');
  return {
    path,
    carrier: 'text',
    category: 'text',
    ...(told.length === 0 ? {} : { alsoReveals: told }),
    region,
    required: false,
    value: seal(name),
  };
}

/** Metadata of a layer that are what Photoshop writes by itself: entries of known kinds, none of them long. */
function isState(bytes: PsdBytes, { dataOffset, dataEnd }: Block): boolean {
  if (dataEnd - dataOffset < 4 || dataEnd - dataOffset > STATE_BYTES) return false;
  const count = bytes.u32(dataOffset);
  let at = dataOffset + 4;
  for (let index = 0; index < count; index++) {
    if (at + 16 > dataEnd || !/^(?:cust|mlst|mdyn|tmln|sgrp)$/.test(bytes.text(at + 4, 4))) return false;
    at += 16 + bytes.u32(at + 12);
  }
  return at <= dataEnd;
}

function hasPixels({ rectangle: { top, left, bottom, right }, pixels, blocks }: Layer): boolean {
  return bottom > top && right > left && pixels.byteLength > 0 && !blocks.some(({ key }) => FILLS.has(key));
}

function isUnseen(bytes: PsdBytes, layer: Layer): boolean {
  if (!layer.isHidden && layer.opacity > 0) return false;
  return hasPixels(layer) || layer.blocks.some((block) => SHOWS_SOMETHING.has(block.key) || isGroup(bytes, block));
}

function isGroup(bytes: PsdBytes, { key, dataOffset, dataEnd }: Block): boolean {
  return (key === 'lsct' || key === 'lsdk') && dataEnd - dataOffset >= 4 && GROUPS.has(bytes.u32(dataOffset));
}

function isBeyond({ width, height }: Header, layer: Layer): boolean {
  const { top, left, bottom, right } = layer.rectangle;
  return hasPixels(layer) && (top < 0 || left < 0 || bottom > height || right > width);
}
