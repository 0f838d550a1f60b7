import { hostname, userInfo } from 'node:os';
import type { BeyondFinding } from '../../core/beyond.js';
import { dayInName, type KnownNames, type NamedDay, type NameTell, nameTells } from '../../engine/name-tells.js';
import type { EffectivePolicy } from '../../policy/types.js';

/** Which is finer: a precision lets what is as coarse as itself stay. */
const FINENESS = { moment: 3, day: 2, month: 1, year: 0 } as const;

/** What the policy does not let a file's name tell. Empty where `filename` is `keep`. */
export function nameFindings(name: Uint8Array, { rules, beyond }: EffectivePolicy, known: KnownNames = thisMachine()): BeyondFinding[] {
  const { action } = beyond.filename;
  if (action.kind === 'keep') return [];
  const kind = action.kind;
  return nameTells(name, known).flatMap((tell) => {
    const rule = rules[tell.category];
    if (isLetStay(tell, rule.action)) return [];
    return [
      {
        ruleId: 'exifence/filename',
        beyond: 'filename' as const,
        category: tell.category,
        message: `its name tells ${tell.category}: ${tell.what}`,
        at: `filename/${tell.id}`,
        action: kind,
        mended: false,
        origin: rule.origin,
      },
    ];
  });
}

function isLetStay({ unit }: NameTell, action: EffectivePolicy['rules']['time']['action']): boolean {
  if (action.kind === 'keep') return true;
  if (action.kind === 'remove' || unit === undefined || action.precision.kind !== 'time') return false;
  return FINENESS[unit] <= FINENESS[action.precision.unit];
}

let machine: KnownNames | undefined;

/** The account and the machine that this runs on. */
function thisMachine(): KnownNames {
  if (machine !== undefined) return machine;
  let user: string | undefined;
  try {
    user = userInfo().username;
  } catch {
    // An account without an entry has no name that could be told.
  }
  const host = hostname().split('.')[0];
  machine = { ...(user === undefined ? {} : { user }), ...(host === undefined ? {} : { host }) };
  return machine;
}

/** What a template's fields stand for. */
export interface NameFields {
  /** SHA-256 of the file as it will be, hex. */
  readonly sha256: string;
  /** The file's extension as it is, with its dot; empty where it has none. */
  readonly extension: string;
  readonly day: NamedDay;
}

/** Names to try, in order: the template's own first, then with a number. `first` is where `{n}` begins to count. */
export function* namesBy(
  template: string,
  fields: NameFields,
  policy: EffectivePolicy,
  first = 1,
): Generator<{ readonly name: string; readonly n: number }> {
  const { sha256, extension } = fields;
  const { year, month, day } = shown(fields.day, policy);
  const stem = template.slice(0, -'.{ext}'.length);
  const counts = stem.includes('{n}');
  for (let n = first; n < first + MAX_TRIES; n++) {
    const filled = stem.replace(/\{(hash8|n|year|month|day)\}/g, (_field, name: string) => {
      if (name === 'hash8') return sha256.slice(0, 8);
      if (name === 'n') return String(n);
      return name === 'year' ? year : name === 'month' ? month : day;
    });
    yield { name: `${filled}${counts || n === 1 ? '' : `-${n}`}${extension.toLowerCase()}`, n };
  }
}

/** A folder with more files of one name is no honest one. */
const MAX_TRIES = 100_000;

/** Only as much of a date as the rule for time lets stay: the rest is zeros. */
function shown({ year, month, day }: NamedDay, { rules }: EffectivePolicy): NamedDay {
  const { action } = rules.time;
  const fineness =
    action.kind === 'keep' ? 2 : action.kind === 'coarsen' && action.precision.kind === 'time' ? FINENESS[action.precision.unit] : -1;
  return { year: fineness >= 0 ? year : '0000', month: fineness >= 1 ? month : '00', day: fineness >= 2 ? day : '00' };
}

/** The day for a template: the one that the name tells, else that of the last change, UTC. */
export function dayFor(name: Uint8Array, mtimeNs: bigint): NamedDay {
  const named = dayInName(name);
  if (named !== undefined) return named;
  const date = new Date(Number(mtimeNs / 1_000_000n));
  // A file system can hold years that a calendar cannot.
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
    return { year: '0000', month: '00', day: '00' };
  const [year = '0000', month = '00', day = '00'] = date.toISOString().slice(0, 10).split('-');
  return { year, month, day };
}
