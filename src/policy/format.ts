import { BEYOND, DEFAULT_TEMPLATE } from '../core/beyond.js';
import { CATEGORIES } from '../core/category.js';
import { displayText } from '../core/display.js';
import { DOORS } from '../core/door.js';
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
  const { rules, beyond, enforce } = effective ?? policy.effectiveFor(undefined);
  const lines = [
    `# ${displayText(policy.name)}`,
    'version: 1',
    ...rulesLines(rules, ''),
    ...beyondLines(beyond, ''),
    ...enforceLines(enforce, '', policy),
  ];
  if (effective === undefined && policy.overrides.length > 0) {
    lines.push('overrides:');
    for (const override of policy.overrides) {
      lines.push('  - paths:', ...override.paths.map((glob) => `      - ${quoted(glob)}`));
      lines.push(...rulesLines(override.rules, '    '), ...beyondLines(override.beyond, '    '), ...enforceLines(override.enforce, '    '));
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

/** Folders and patience of the daemon belong to the policy as a whole, and are given where `policy` is. */
function enforceLines(enforce: Partial<Enforcements>, indent: string, policy?: Policy): string[] {
  return DOORS.flatMap((door) => {
    const lines = enforce[door] === undefined ? [] : [`${indent}  enforce: ${enforce[door]}`];
    if (door === 'watch' && policy !== undefined) lines.push(...watchLines(policy.watch));
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
