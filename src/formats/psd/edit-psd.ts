import { readPieces } from '../../bytes/apply-edits.js';
import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { blank } from '../boxes/blank.js';
import type { Target } from './layer-parts.js';
import type { Layer, LayerInfo } from './layers.js';
import type { Slack } from './pack-bits.js';
import type { PsdInspection } from './read-psd.js';

const NOTHING = new Uint8Array(0);
const LENGTH_BYTES = 4;

/** A Pascal string of no characters, padded to four bytes. */
const EMPTY_NAME = new Uint8Array(4);

/**
 * What a plan does to a document: resources and names written anew, blocks of layers cut, and the lengths around them put right.
 * Layers are somebody's work: where one of them would have to go, it throws.
 */
export function editPsd(source: Source, inspection: PsdInspection, plan: Plan): Edit[] {
  const edits = inspection.parts.flatMap((part) => topEdits(source, part, plan, inspection.slack));
  return [...edits, ...new LayerEdits(inspection, plan).all()].sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
}

function topEdits(source: Source, part: Part, plan: Plan, slack: readonly Slack[]): Edit[] {
  const { path, region, children = [], payload } = part;
  const { byteOffset, byteLength } = region;
  if (path === 'layers') return [];
  if (plan.actionOf(part).kind === 'remove') return [{ byteOffset, byteLength, bytes: NOTHING }];
  const child = children[0];
  if (payload !== undefined && plan.touches(part)) return [{ byteOffset, byteLength, bytes: payload.rewrite(plan) ?? NOTHING }];
  if (child === undefined || !plan.touches(child)) return [];
  if (path === 'picture') return slack.map(filled);
  if (path === 'header') return blank(child.region.byteOffset, child.region.byteLength);
  const kept = Buffer.from(source.read(byteOffset, byteLength - child.region.byteLength));
  kept.writeUInt32BE(kept.length - LENGTH_BYTES);
  return [{ byteOffset, byteLength, bytes: kept }];
}

function filled({ byteOffset, byteLength, fill }: Slack): Edit {
  return { byteOffset, byteLength, bytes: new Uint8Array(byteLength).fill(fill) };
}

/** The encoded pixels with what tells nothing where packed rows hold more than they show. */
export function* pixelsWithoutSlack(source: Source, { picture, section, slack }: PsdInspection): Generator<Uint8Array> {
  const all = [...section.infos.flatMap(({ layers }) => layers.flatMap((layer) => layer.slack)), ...slack];
  let next = 0;
  for (const { byteOffset, byteLength } of picture.pixels) {
    const end = byteOffset + byteLength;
    let at = byteOffset;
    for (let found = all[next]; found !== undefined && found.byteOffset < end; found = all[++next]) {
      yield* readPieces(source, at, found.byteOffset);
      yield filled(found).bytes;
      at = found.byteOffset + found.byteLength;
    }
    yield* readPieces(source, at, end);
  }
}

class LayerEdits {
  readonly #edits: Edit[] = [];
  /** By how much a record, a list or the section becomes longer. */
  readonly #growthOf = new Map<Layer | LayerInfo, number>();
  #growth = 0;

  constructor(
    readonly inspection: PsdInspection,
    readonly plan: Plan,
  ) {}

  all(): Edit[] {
    const targets = this.inspection.targets.filter(({ part }) => this.plan.touches(part));
    const refused = targets.find(({ how, paddingOf }) => how === 'refuse' && paddingOf === undefined);
    if (refused !== undefined) throw cannotGo(refused);
    for (const target of targets) this.#edit(target);
    for (const info of this.inspection.section.infos) this.#lengthsOf(info);
    const { lengthAt, lengthBytes, region } = this.inspection.section;
    if (this.#growth !== 0) this.#number(lengthAt, lengthBytes, region.byteLength + this.#growth);
    return this.#edits;
  }

  #edit({ part, how, info, layer, paddingOf }: Target): void {
    const { byteOffset, byteLength } = part.region;
    if (how === 'zero') {
      if (paddingOf !== undefined && this.plan.touches(paddingOf.part)) return;
      for (const edit of blank(byteOffset, byteLength)) this.#edits.push(edit);
      return;
    }
    if (how === 'fill-rows') {
      for (const slack of layer?.slack ?? []) this.#edits.push(filled(slack));
      return;
    }
    const bytes = how === 'empty-name' ? EMPTY_NAME : NOTHING;
    this.#edits.push({ byteOffset, byteLength, bytes });
    const growth = bytes.byteLength - byteLength;
    if (layer !== undefined) this.#grow(layer, growth);
    if (info === undefined) this.#growth += growth;
    else this.#grow(info, growth);
  }

  #grow(what: Layer | LayerInfo, growth: number): void {
    this.#growthOf.set(what, (this.#growthOf.get(what) ?? 0) + growth);
  }

  #lengthsOf(info: LayerInfo): void {
    for (const layer of info.layers) {
      const growth = this.#growthOf.get(layer) ?? 0;
      if (growth !== 0) this.#number(layer.extraAt, LENGTH_BYTES, layer.extraBytes + growth);
    }
    const growth = this.#growthOf.get(info) ?? 0;
    if (growth === 0) return;
    const { byteOffset, byteLength } = info.region;
    // Lists of layers are padded, to two bytes or to four: what the list was padded to it stays padded to.
    const padding = -growth % 4;
    if (padding > 0) this.#edits.push({ byteOffset: byteOffset + byteLength, byteLength: 0, bytes: new Uint8Array(padding) });
    this.#number(info.lengthAt, info.lengthBytes, byteLength + growth + padding);
    this.#growth += growth + padding;
  }

  #number(byteOffset: number, byteLength: 4 | 8, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    this.#edits.push({ byteOffset, byteLength, bytes: bytes.subarray(8 - byteLength) });
  }
}

function cannotGo({ part }: Target): UnsupportedError {
  return new UnsupportedError(
    'psd-layers',
    part.region.byteOffset,
    `the document holds ${part.note}, which cannot go without loss of work`,
    'publish a flattened copy, or a PNG or JPEG made from it; or let the policy keep what is hidden in this file',
  );
}
