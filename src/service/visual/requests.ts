import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import type { VisualRules } from '../../core/visual.js';
import type { ModelId, ModelOverride } from '../../visual/models/catalogue.js';
import type { BackgroundRequest, LookRequest, RedactRequest } from '../../visual/request.js';
import { VisualError } from '../../visual/types.js';

const MAX_BACKDROP_BYTES = 64 * 2 ** 20;
const BLACK = [0, 0, 0] as const;

/** True where a policy has something to look for in pictures. */
export function looksAtPictures(rules: VisualRules | undefined): rules is VisualRules {
  if (rules === undefined) return false;
  const { faces, text, codes, place, background, regions } = rules;
  const asked = [faces, text, codes, place, background].some((rule) => rule !== undefined && rule.action !== 'keep');
  return asked || (regions?.boxes.length ?? 0) > 0;
}

/** What to look for, whatever is done about it. `folder`: where the policy's paths start. */
export function lookRequest(rules: VisualRules, folder: string): LookRequest {
  const { faces, text, codes, place, background, regions } = rules;
  return {
    faces: asked(faces),
    text: asked(text) && text !== undefined ? { what: text.what, custom: text.custom } : false,
    codes: asked(codes),
    place: asked(place),
    models: modelsOf(rules, folder),
    regions: (regions?.boxes ?? []).map(({ unit, ...box }) => ({ box, unit, style: 'fill' as const })),
    background: asked(background) && background !== undefined ? backgroundOf(background, folder) : undefined,
    colour: BLACK,
  };
}

/** What to change: only what the policy redacts. */
export function redactRequest(rules: VisualRules, folder: string): RedactRequest {
  const { faces, text, codes, background } = rules;
  const redacts = (rule: { readonly action: string } | undefined): boolean => rule?.action === 'redact';
  const look = lookRequest(rules, folder);
  return {
    ...look,
    faces: redacts(faces),
    text: redacts(text) ? look.text : false,
    codes: redacts(codes),
    place: false,
    faceStyle: faces?.style ?? 'pixelate',
    background: redacts(background) ? look.background : undefined,
  };
}

function asked(rule: { readonly action: string } | undefined): boolean {
  return rule !== undefined && rule.action !== 'keep';
}

function modelsOf({ models }: VisualRules, folder: string): Partial<Record<ModelId, ModelOverride>> {
  return Object.fromEntries(
    Object.entries(models?.files ?? {}).map(([model, { path, sha256 }]) => [model, { path: resolve(folder, path), sha256 }]),
  );
}

/** Throws `VisualError` where the picture cannot be read. */
export function backgroundOf(
  { backdrop, picture }: { readonly backdrop: 'blur' | 'fill' | 'picture'; readonly picture?: string },
  folder: string,
): BackgroundRequest {
  if (backdrop === 'blur') return { kind: 'blur' };
  if (backdrop === 'fill') return { kind: 'fill', colour: [128, 128, 128] };
  if (picture === undefined)
    throw new VisualError('no-backdrop', 'no picture is named that shall take the place of the background', 'add picture: file');
  return { kind: 'picture', bytes: readBackdrop(resolve(folder, picture)) };
}

function readBackdrop(path: string): Uint8Array {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    throw new VisualError('no-backdrop', `the picture ${displayPath(path)} cannot be opened`, 'check its path');
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MAX_BACKDROP_BYTES)
      throw new VisualError('no-backdrop', `${displayPath(path)} is no picture of up to ${MAX_BACKDROP_BYTES} bytes`, 'name another');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
