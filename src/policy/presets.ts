import { BEYOND, BEYOND_HELP, type Beyond, type BeyondKind, MENDING } from '../core/beyond.js';
import { CATEGORIES, CATEGORY_HELP, type Category } from '../core/category.js';
import { DOORS, type Door, type Enforcement } from '../core/door.js';
import { assemblePolicy, type Layer } from './assemble.js';
import type { BeyondRule, Policy, Rule } from './types.js';
import { DEFAULT_VAULT_SETTINGS } from './watch-settings.js';

export const PRESET_NAMES = ['balanced', 'strict', 'location-only'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export interface Preset {
  readonly about: string;
  /** Everything else is kept. */
  readonly removes: readonly Category[];
}

/** The built-in policies. `npm run generate` writes them to `config/` for people to read. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = Object.freeze({
  balanced: {
    about: 'the default: takes out what singles out a place, a device or a person, and keeps authorship, camera and time',
    removes: ['location', 'device', 'person', 'ai-prompt', 'preview', 'provenance', 'hidden'],
  },
  strict: {
    about: 'keeps nothing but what the picture needs to look the same',
    removes: CATEGORIES.filter((category) => category !== 'rendering'),
  },
  'location-only': {
    about: 'takes out where the picture was taken, and nothing else',
    removes: ['location'],
  },
});

export const PRESET_ENFORCE: Readonly<Record<Door, Enforcement>> = Object.freeze({ watch: 'fix', git: 'block', ci: 'block' });

/** The same in every preset: the rules by category say what counts. A name is the user's own, and is changed only where told. */
export const PRESET_BEYOND = Object.freeze({ sidecar: 'mend', filename: 'warn', xattr: 'mend' } as const) satisfies Record<
  Beyond,
  BeyondKind
>;

/** How long a watched file must rest before it counts as whole. */
export const DEFAULT_SETTLE_MS = 500;

/** True for the name of a built-in policy, spelt exactly so. */
export function isPreset(name: string): name is PresetName {
  return (PRESET_NAMES as readonly string[]).includes(name);
}

interface PresetLine {
  readonly text: string;
  readonly category?: Category;
  readonly beyond?: Beyond;
}

/** The preset's file line by line, and which line holds which rule: the file and the origins cannot drift apart. */
function presetLines(name: PresetName): PresetLine[] {
  const { about, removes } = PRESETS[name];
  return [
    { text: '# yaml-language-server: $schema=./privacyrc.schema.json' },
    { text: `# The preset ${name}: ${about}.` },
    { text: `# Written by "npm run generate"; to build on it, write "extends: ${name}" in a policy of your own.` },
    { text: 'version: 1' },
    { text: 'rules:' },
    ...CATEGORIES.flatMap((category) => [
      { text: `  # ${CATEGORY_HELP[category]}` },
      { text: `  ${category}: ${removes.includes(category) ? 'remove' : 'keep'}`, category },
    ]),
    { text: 'beyond:' },
    ...BEYOND.flatMap((what) => [
      { text: `  # ${BEYOND_HELP[what]}` },
      { text: `  ${what}: ${beyondWord(what, PRESET_BEYOND[what])}`, beyond: what },
    ]),
    ...DOORS.flatMap((door) => [{ text: `${door}:` }, { text: `  enforce: ${PRESET_ENFORCE[door]}` }]),
  ];
}

/** The text of `config/NAME.yaml`. */
export function presetText(name: PresetName): string {
  return `${presetLines(name)
    .map(({ text }) => text)
    .join('\n')}\n`;
}

/** A whole layer: a rule for every category, a word for every door. Needs neither the YAML parser nor the schema. */
export function presetLayer(name: PresetName): Layer {
  const rules = new Map<Category, Rule>();
  const beyond = new Map<Beyond, BeyondRule>();
  presetLines(name).forEach(({ category, beyond: what }, index) => {
    const origin = Object.freeze({ file: `config/${name}.yaml`, line: index + 1, column: 3 });
    if (what !== undefined) beyond.set(what, Object.freeze({ action: Object.freeze({ kind: PRESET_BEYOND[what] }), origin }));
    if (category === undefined) return;
    const kind = PRESETS[name].removes.includes(category) ? ('remove' as const) : ('keep' as const);
    rules.set(category, Object.freeze({ action: Object.freeze({ kind }), origin }));
  });
  return { rules, beyond, enforce: PRESET_ENFORCE };
}

/** The word that a policy has for it. */
export function beyondWord(what: Beyond, kind: BeyondKind): string {
  return kind === 'mend' ? MENDING[what] : kind;
}

/** A built-in policy, compiled. Never throws. */
export function presetPolicy(name: PresetName): Policy {
  return assemblePolicy({
    name,
    layers: [presetLayer(name)],
    watch: { folders: [], settleMs: DEFAULT_SETTLE_MS, vault: DEFAULT_VAULT_SETTINGS },
    allow: [],
  });
}
