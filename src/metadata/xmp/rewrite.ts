import type { Plan } from '../../core/part.js';
import { coarsen } from './coarsen-xmp.js';
import type { Entry } from './entries.js';
import type { PropertyNode } from './rdf.js';
import type { PacketContent } from './serialize.js';

/** A packet as it was read. */
export interface OpenPacket {
  readonly bytes: Uint8Array;
  readonly isExtended: boolean;
  /** True where it could not be read: one part stands for all of it. */
  readonly isOpaque: boolean;
  readonly isWritable: boolean;
  readonly entries: readonly Entry[];
  readonly restore: (markup: string) => string;
  /** The text that was parsed. */
  readonly text?: string;
}

/** The packets of one picture: the standard one and, where there is one, the extended one. */
export interface XmpPackets {
  readonly packets: readonly OpenPacket[];
  /** xmpNote:HasExtendedXMP, upper case: the digest of the extended packet that belongs to the standard one. */
  readonly extendedGuid?: string;
}

export function isTouched({ entries }: OpenPacket, plan: Plan): boolean {
  return entries.some(({ part }) => plan.touches(part));
}

/** What the plan leaves of the packets, as one packet. The link between them is never part of it. */
export function contentOf(packets: readonly OpenPacket[], plan: Plan): PacketContent {
  const keeper = new Keeper(plan);
  for (const { entries } of packets) for (const entry of entries) keeper.take(entry);
  const { properties, left, values, toolkit, about } = keeper;
  return {
    properties,
    left,
    values,
    restore: (markup) => packets.reduce((text, { restore }) => restore(text), markup),
    ...(toolkit === undefined ? {} : { toolkit }),
    ...(about === undefined ? {} : { about }),
  };
}

class Keeper {
  readonly properties: PropertyNode[] = [];
  readonly left = new Set<PropertyNode>();
  readonly values = new Map<PropertyNode, string>();
  toolkit: string | undefined;
  about: string | undefined;
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  take(entry: Entry): void {
    const { role, node, value } = entry;
    if (role === 'other' || role === 'link' || !this.#keeps(entry)) return;
    if (role === 'toolkit') this.toolkit ??= value;
    else if (role === 'about') this.about ??= value;
    else if (node !== undefined) this.properties.push(node);
  }

  #keeps(entry: Entry): boolean {
    const action = this.#plan.actionOf(entry.part);
    if (action.kind === 'remove') return false;
    if (action.kind === 'coarsen') return this.#coarsens(entry, action.precision);
    if (entry.fields === undefined) return true;
    let keepsAny = false;
    for (const field of entry.fields) {
      const keeps = this.#keeps(field);
      keepsAny ||= keeps;
      if (!keeps && field.node !== undefined) this.left.add(field.node);
    }
    return keepsAny;
  }

  #coarsens({ leaves = [] }: Entry, precision: Parameters<typeof coarsen>[1]): boolean {
    for (const { owner, value } of leaves) {
      const coarse = coarsen(value, precision);
      if (coarse === undefined) return false;
      this.values.set(owner, coarse);
    }
    return leaves.length > 0;
  }
}
