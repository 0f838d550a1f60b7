import * as v from 'valibot';
import { BACKDROPS, FACE_STYLES, VISUAL_ACTIONS, VISUAL_HELP, VISUAL_MODELS, type VisualModel } from '../core/visual.js';

/** What a policy may say about the picture itself. */

const MAX_REGIONS = 64;
const MAX_PATTERNS = 32;
const MAX_PATTERN_LENGTH = 500;

const action = v.picklist(VISUAL_ACTIONS);

/** `x,y,width,height`, all in pixels or all in percent. */
const REGION_PATTERN = /^\d{1,5}(?:\.\d{1,3})?%?(?:, ?\d{1,5}(?:\.\d{1,3})?%?){3}$/;

const localPath = v.pipe(
  v.string(),
  v.regex(/\S/, 'is a path and cannot be empty'),
  v.maxLength(4096, 'is longer than 4096 characters'),
  v.description('a file, relative to the folder of the policy file'),
);

function modelFile(model: VisualModel) {
  return v.optional(
    v.strictObject({
      path: localPath,
      sha256: v.pipe(
        v.string(),
        v.regex(/^[0-9A-Fa-f]{64}$/, 'is a SHA-256 of 64 hexadecimal digits, as sha256sum prints it'),
        v.description('SHA-256 of the file, checked on the bytes that are loaded'),
      ),
      adapter: v.pipe(v.literal(VISUAL_MODELS[model]), v.description('how the model is read')),
    }),
  );
}

export const visualSchema = v.pipe(
  v.strictObject({
    faces: v.optional(
      v.pipe(
        v.union([
          action,
          v.strictObject({
            action,
            style: v.optional(v.pipe(v.picklist(FACE_STYLES), v.description('how faces are covered; pixelate if left out'))),
          }),
        ]),
        v.description(VISUAL_HELP.faces),
      ),
    ),
    text: v.optional(
      v.pipe(
        v.union([
          action,
          v.strictObject({
            action,
            what: v.optional(
              v.pipe(v.picklist(['sensitive', 'all']), v.description('what rules know, or every line; sensitive if left out')),
            ),
            custom: v.optional(
              v.pipe(
                v.array(
                  v.pipe(
                    v.string(),
                    v.minLength(1, 'is a pattern and cannot be empty'),
                    v.maxLength(MAX_PATTERN_LENGTH, `is longer than ${MAX_PATTERN_LENGTH} characters`),
                  ),
                ),
                v.maxLength(MAX_PATTERNS, `has more than ${MAX_PATTERNS} items`),
                v.description('patterns in the syntax of RE2 that are sensitive too; case does not count'),
              ),
            ),
          }),
        ]),
        v.description(VISUAL_HELP.text),
      ),
    ),
    codes: v.optional(v.pipe(action, v.description(VISUAL_HELP.codes))),
    place: v.optional(v.pipe(v.picklist(['keep', 'warn', 'block']), v.description(VISUAL_HELP.place))),
    background: v.optional(
      v.pipe(
        v.union([
          action,
          v.strictObject({
            action,
            with: v.optional(v.pipe(v.picklist(BACKDROPS), v.description('what takes its place; fill if left out'))),
            picture: v.optional(localPath),
          }),
        ]),
        v.description(VISUAL_HELP.background),
      ),
    ),
    regions: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(),
            v.regex(REGION_PATTERN, 'is x,y,width,height: all in pixels, or all in percent such as 0%,90%,100%,10%'),
            v.check(sameUnit, 'mixes pixels and percent'),
          ),
        ),
        v.maxLength(MAX_REGIONS, `has more than ${MAX_REGIONS} items`),
        v.description(VISUAL_HELP.regions),
      ),
    ),
    hook: v.optional(
      v.pipe(v.picklist(['off', 'block']), v.description('whether git hooks look at pictures too, and block; off if left out')),
    ),
    models: v.optional(
      v.pipe(
        v.strictObject({
          faces: modelFile('faces'),
          persons: modelFile('persons'),
          'text-lines': modelFile('text-lines'),
          'text-reader': modelFile('text-reader'),
          landmarks: modelFile('landmarks'),
        } satisfies Record<VisualModel, v.GenericSchema>),
        v.description('models of your own, in place of those of the packages'),
      ),
    ),
  }),
  v.description(
    'what the picture itself shows: nothing is looked at unless it is named here; scrub and watch redact, everywhere else it is detected only',
  ),
);

function sameUnit(region: string): boolean {
  const marks = region.split('%').length - 1;
  return marks === 0 || marks === 4;
}
