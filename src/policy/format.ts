import { BEYOND, DEFAULT_TEMPLATE } from '../core/beyond.js';
import { CATEGORIES } from '../core/category.js';
import type { RuleOrigin } from '../core/decision.js';
import { displayText } from '../core/display.js';
import { DOORS } from '../core/door.js';
import type { VisualRules } from '../core/visual.js';
import { POLICY_SCHEMA_JSON } from './generated-schema.js';
import { precisionText } from './precision.js';
import { beyondWord, DEFAULT_SETTLE_MS } from './presets.js';
import { starterText } from './starter.js';
import type { BeyondRules, EffectivePolicy, Enforcements, Policy, Rules } from './types.js';

/** The JSON Schema of policy files, draft-07, as text: the content of `config/privacyrc.schema.json`. */
export function jsonSchema(): string {
  return POLICY_SCHEMA_JSON;
}

/** A short policy with comments, to start from. */
export function starterPolicy(): string {
  return starterText();
}

/**
 * The policy with all that it extends put together, as a policy file that decides the same. Each rule names its origin.
 * With `effective`, what holds for one path: overrides are resolved.
 */
export function formatPolicy(policy: Policy, effective?: EffectivePolicy): string {
  const { rules, beyond, enforce, visual } = effective ?? policy.effectiveFor(undefined);
  const lines = [
    `# ${displayText(policy.name)}`,
    'version: 1',
    ...rulesLines(rules, ''),
    ...beyondLines(beyond, ''),
    ...visualLines(visual, ''),
    ...enforceLines(enforce, '', policy),
  ];
  if (effective === undefined && policy.overrides.length > 0) {
    lines.push('overrides:');
    for (const override of policy.overrides) {
      lines.push('  - paths:', ...override.paths.map((glob) => `      - ${quoted(glob)}`));
      lines.push(
        ...rulesLines(override.rules, '    '),
        ...beyondLines(override.beyond, '    '),
        ...visualLines(override.visual, '    '),
        ...enforceLines(override.enforce, '    '),
      );
    }
  }
  if (policy.allow.length > 0) {
    lines.push('allow:');
    for (const { sha256, reason, owner, expires, origin } of policy.allow) {
      lines.push(`  - sha256: "${sha256}" # ${origin.file}:${origin.line}`);
      lines.push(`    reason: ${quoted(reason)}`, `    owner: ${quoted(owner)}`, `    expires: "${expires}"`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function rulesLines(rules: Partial<Rules>, indent: string): string[] {
  const lines = CATEGORIES.flatMap((category) => {
    const rule = rules[category];
    if (rule === undefined) return [];
    const { action, origin } = rule;
    const word = action.kind === 'coarsen' ? `{ action: coarsen, precision: ${precisionText(action.precision)} }` : action.kind;
    return [`${indent}  ${`${category}: ${word}`.padEnd(18)} # ${origin.file}:${origin.line}`];
  });
  return lines.length === 0 ? [] : [`${indent}rules:`, ...lines];
}

function beyondLines(beyond: Partial<BeyondRules>, indent: string): string[] {
  const lines = BEYOND.flatMap((what) => {
    const rule = beyond[what];
    if (rule === undefined) return [];
    const { action, origin } = rule;
    const word = beyondWord(what, action.kind);
    const said =
      action.template === undefined || action.template === DEFAULT_TEMPLATE
        ? word
        : `{ action: ${word}, template: ${quoted(action.template)} }`;
    return [`${indent}  ${`${what}: ${said}`.padEnd(18)} # ${origin.file}:${origin.line}`];
  });
  return lines.length === 0 ? [] : [`${indent}beyond:`, ...lines];
}

function visualLines(visual: VisualRules | undefined, indent: string): string[] {
  if (visual === undefined) return [];
  const { faces, text, codes, place, background, regions, hook, models } = visual;
  const said: [string, string, RuleOrigin][] = [];
  if (faces !== undefined) said.push(['faces', `{ action: ${faces.action}, style: ${faces.style} }`, faces.origin]);
  if (text !== undefined)
    said.push(['text', `{ action: ${text.action}, what: ${text.what}, custom: [${text.custom.map(quoted).join(', ')}] }`, text.origin]);
  if (codes !== undefined) said.push(['codes', codes.action, codes.origin]);
  if (place !== undefined) said.push(['place', place.action, place.origin]);
  if (background !== undefined) {
    const picture = background.picture === undefined ? '' : `, picture: ${quoted(background.picture)}`;
    said.push(['background', `{ action: ${background.action}, with: ${background.backdrop}${picture} }`, background.origin]);
  }
  if (regions !== undefined) {
    const boxes = regions.boxes.map(({ x, y, width, height, unit }) =>
      quoted([x, y, width, height].map((side) => `${side}${unit === '%' ? '%' : ''}`).join(',')),
    );
    said.push(['regions', `[${boxes.join(', ')}]`, regions.origin]);
  }
  if (hook !== undefined) said.push(['hook', hook.looks ? 'block' : 'off', hook.origin]);
  if (models !== undefined) {
    const files = Object.entries(models.files).map(
      ([model, { path, sha256, adapter }]) => `${model}: { path: ${quoted(path)}, sha256: "${sha256}", adapter: ${adapter} }`,
    );
    said.push(['models', `{ ${files.join(', ')} }`, models.origin]);
  }
  return [
    `${indent}visual:`,
    ...said.map(([key, value, origin]) => `${indent}  ${`${key}: ${value}`.padEnd(18)} # ${origin.file}:${origin.line}`),
  ];
}

/** Folders and patience of the daemon belong to the policy as a whole, and are given where `policy` is. */
function enforceLines(enforce: Partial<Enforcements>, indent: string, policy?: Policy): string[] {
  return DOORS.flatMap((door) => {
    const lines = enforce[door] === undefined ? [] : [`${indent}  enforce: ${enforce[door]}`];
    if (door === 'watch' && policy !== undefined) lines.push(...watchLines(policy.watch));
    if (door === 'git' && policy?.git.sniff === 'content') lines.push('  sniff: content');
    return lines.length === 0 ? [] : [`${indent}${door}:`, ...lines];
  });
}

function watchLines({ folders, settleMs }: Policy['watch']): string[] {
  const lines = settleMs === DEFAULT_SETTLE_MS ? [] : [`  settle: ${settleMs % 1000 === 0 ? `${settleMs / 1000}s` : `${settleMs}ms`}`];
  if (folders.length === 0) return lines;
  return [
    ...lines,
    '  folders:',
    ...folders.map(({ path, recursive }) => (recursive ? `    - ${quoted(path)}` : `    - { path: ${quoted(path)}, recursive: false }`)),
  ];
}

/** A YAML double-quoted scalar (YAML 1.2.2, 7.3.1). What a terminal could take for a command is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}]/gu, (char) => {
    const code = (char.codePointAt(0) as number).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
