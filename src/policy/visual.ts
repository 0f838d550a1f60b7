import type { RuleOrigin } from '../core/decision.js';
import type { VisualRegion, VisualRules } from '../core/visual.js';
import type { PolicyDocument } from './schema.js';

type VisualDocument = NonNullable<PolicyDocument['visual']>;

/** What one `visual` mapping says, with the line of each key. */
export function visualRulesOf(said: VisualDocument | undefined, originOf: (key: string) => RuleOrigin): VisualRules {
  if (said === undefined) return {};
  const { faces, text, codes, place, background, regions, hook, models } = said;
  return Object.freeze({
    ...(faces === undefined
      ? {}
      : {
          faces: {
            action: actionOf(faces),
            style: (typeof faces === 'object' ? faces.style : undefined) ?? 'pixelate',
            origin: originOf('faces'),
          },
        }),
    ...(text === undefined
      ? {}
      : {
          text: {
            action: actionOf(text),
            what: (typeof text === 'object' ? text.what : undefined) ?? 'sensitive',
            custom: (typeof text === 'object' ? text.custom : undefined) ?? [],
            origin: originOf('text'),
          },
        }),
    ...(codes === undefined ? {} : { codes: { action: codes, origin: originOf('codes') } }),
    ...(place === undefined ? {} : { place: { action: place, origin: originOf('place') } }),
    ...(background === undefined ? {} : { background: backgroundOf(background, originOf('background')) }),
    ...(regions === undefined ? {} : { regions: { boxes: regions.map(regionOf), origin: originOf('regions') } }),
    ...(hook === undefined ? {} : { hook: { looks: hook === 'block', origin: originOf('hook') } }),
    ...(models === undefined ? {} : { models: { files: filesOf(models), origin: originOf('models') } }),
  } satisfies VisualRules);
}

function actionOf<Action extends string>(said: Action | { readonly action: Action }): Action {
  return typeof said === 'object' ? said.action : said;
}

function backgroundOf(said: NonNullable<VisualDocument['background']>, origin: RuleOrigin): NonNullable<VisualRules['background']> {
  if (typeof said !== 'object') return { action: said, backdrop: 'fill', origin };
  const backdrop = said.with ?? (said.picture === undefined ? 'fill' : 'picture');
  return { action: said.action, backdrop, ...(said.picture === undefined ? {} : { picture: said.picture }), origin };
}

/** `x,y,width,height`, valid by the schema. */
export function regionOf(text: string): VisualRegion {
  const [x, y, width, height] = text.split(',').map((part) => Number.parseFloat(part)) as [number, number, number, number];
  return { x, y, width, height, unit: text.includes('%') ? '%' : 'px' };
}

function filesOf(models: NonNullable<VisualDocument['models']>): NonNullable<VisualRules['models']>['files'] {
  return Object.fromEntries(
    Object.entries(models).flatMap(([model, file]) =>
      file === undefined ? [] : [[model, { ...file, sha256: file.sha256.toLowerCase() }]],
    ),
  );
}

/** The keys of a later layer over those of an earlier one. `undefined` where nothing is said. */
export function mergeVisual(layers: readonly VisualRules[]): VisualRules | undefined {
  const merged = Object.assign({}, ...layers) as VisualRules;
  return Object.keys(merged).length === 0 ? undefined : Object.freeze(merged);
}

/** All that decides, in one fixed order; where a rule stands does not count. */
export function canonicalVisual(rules: VisualRules | undefined): unknown[] {
  if (rules === undefined) return [];
  const { faces, text, codes, place, background, regions, hook, models } = rules;
  return [
    ...(faces === undefined ? [] : [['faces', faces.action, faces.style]]),
    ...(text === undefined ? [] : [['text', text.action, text.what, text.custom]]),
    ...(codes === undefined ? [] : [['codes', codes.action]]),
    ...(place === undefined ? [] : [['place', place.action]]),
    ...(background === undefined ? [] : [['background', background.action, background.backdrop, background.picture ?? null]]),
    ...(regions === undefined ? [] : [['regions', regions.boxes.map(({ x, y, width, height, unit }) => [x, y, width, height, unit])]]),
    ...(hook === undefined ? [] : [['hook', hook.looks]]),
    ...(models === undefined
      ? []
      : [
          [
            'models',
            Object.entries(models.files)
              .map(([model, { sha256, adapter }]) => [model, sha256, adapter])
              .sort(),
          ],
        ]),
  ];
}
