import * as v from 'valibot';
import { BEYOND_HELP, type Beyond, DEFAULT_TEMPLATE } from '../core/beyond.js';
import { CATEGORIES, CATEGORY_HELP, type Category } from '../core/category.js';
import { ENFORCEMENTS, SNIFFS } from '../core/door.js';
import { DURATION_PATTERN } from './duration.js';
import { globMistake, MAX_GLOB_LENGTH } from './glob.js';
import { DEFAULT_GRID, DEFAULT_TIME_UNIT, GRID_PATTERN, TIME_UNITS } from './precision.js';
import { DEFAULT_SETTLE_MS, PRESET_ENFORCE, PRESET_NAMES } from './presets.js';
import { visualSchema } from './visual-schema.js';
import { DEFAULT_AT_MOST, DEFAULT_VAULT, DISTANCE_PATTERN, SIZE_PATTERN, WATCH_BACKENDS, WATCH_MODES } from './watch-settings.js';

/**
 * The one source of truth for what a policy file may hold: types, validation and the JSON Schema come from here.
 * A message of a check follows the name of what it is about; what comes after a line break in it is the hint.
 * JSON Schema cannot say everything. Beyond it go the two `v.check`s here (globs that can be compiled, days that exist), and
 * what `compile.ts` and `load.ts` look at: entries of the allow-list that are written twice, globs that stand for too many
 * patterns, files to extend that cannot be read.
 */

/** The length of lists and texts is bounded, like everything a stranger may write. */
const MAX_ITEMS = 64;
const MAX_ALLOWED = 1000;
const MAX_TEXT = 500;

const keepOrRemove = v.picklist(['keep', 'remove']);

const plainRule = v.union([keepOrRemove, v.strictObject({ action: keepOrRemove })]);

const locationRule = v.union([
  v.picklist(['keep', 'coarsen', 'remove']),
  v.variant('action', [
    v.strictObject({ action: keepOrRemove }),
    v.strictObject({
      action: v.literal('coarsen'),
      precision: v.optional(
        v.pipe(
          v.string(),
          v.regex(GRID_PATTERN, 'is a grid from 0.1km to 1000km or from 0.001deg to 10deg, such as 10km or 0.1deg'),
          v.description(`side of a grid cell: 0.1km to 1000km, or 0.001deg to 10deg; ${DEFAULT_GRID} if left out`),
        ),
      ),
    }),
  ]),
]);

const timeRule = v.union([
  v.picklist(['keep', 'coarsen', 'remove']),
  v.variant('action', [
    v.strictObject({ action: keepOrRemove }),
    v.strictObject({
      action: v.literal('coarsen'),
      precision: v.optional(v.pipe(v.picklist(TIME_UNITS), v.description(`what stays of a date; ${DEFAULT_TIME_UNIT} if left out`))),
    }),
  ]),
]);

const renderingRule = v.union([v.literal('keep'), v.strictObject({ action: v.literal('keep') })]);

function describedRule<const S extends v.GenericSchema>(rule: S, category: Category) {
  return v.optional(v.pipe(rule, v.description(CATEGORY_HELP[category])));
}

/** What may stay, by category. */
export const rulesSchema = v.pipe(
  v.strictObject({
    location: describedRule(locationRule, 'location'),
    device: describedRule(plainRule, 'device'),
    camera: describedRule(plainRule, 'camera'),
    person: describedRule(plainRule, 'person'),
    copyright: describedRule(plainRule, 'copyright'),
    time: describedRule(timeRule, 'time'),
    text: describedRule(plainRule, 'text'),
    'ai-prompt': describedRule(plainRule, 'ai-prompt'),
    software: describedRule(plainRule, 'software'),
    preview: describedRule(plainRule, 'preview'),
    provenance: describedRule(plainRule, 'provenance'),
    hidden: describedRule(plainRule, 'hidden'),
    rendering: describedRule(renderingRule, 'rendering'),
  } satisfies Record<Category, v.GenericSchema>),
  v.description(
    `what may stay, by category (${CATEGORIES.join(', ')}): keep, remove or, for location and time, coarsen; a category not named is as in what is extended; person is also for copyright and text also for ai-prompt, unless those are named beside them`,
  ),
);

/** What a name made by a template may hold: what every file system takes, and no way out of the folder. */
const TEMPLATE = /^(?![. ])(?:[A-Za-z0-9_. -]|\{(?:hash8|n|year|month|day)\}){1,100}\.\{ext\}$/;

function describedBeyond<const S extends v.GenericSchema>(rule: S, what: Beyond) {
  return v.optional(v.pipe(rule, v.description(BEYOND_HELP[what])));
}

const beyondSchema = v.pipe(
  v.strictObject({
    sidecar: describedBeyond(v.picklist(['keep', 'warn', 'block', 'fix']), 'sidecar'),
    filename: describedBeyond(
      v.union([
        v.picklist(['keep', 'warn', 'block', 'rename']),
        v.variant('action', [
          v.strictObject({ action: v.picklist(['keep', 'warn', 'block']) }),
          v.strictObject({
            action: v.literal('rename'),
            template: v.optional(
              v.pipe(
                v.string(),
                v.regex(
                  TEMPLATE,
                  'is a name that ends in .{ext}\nof letters, digits, "_", "-", "." and space, with {hash8}, {n}, {year}, {month} and {day} as fields',
                ),
                v.description(`name of the file without its folder: ${DEFAULT_TEMPLATE} if left out; a number is added where it is taken`),
              ),
            ),
          }),
        ]),
      ]),
      'filename',
    ),
    xattr: describedBeyond(v.picklist(['keep', 'warn', 'block', 'remove']), 'xattr'),
  } satisfies Record<Beyond, v.GenericSchema>),
  v.description(
    'what tells of a picture beside its bytes, held against the same rules by category: keep does not look, warn reports, block refuses, and fix, rename or remove mends it where files are scrubbed',
  ),
);

const enforce = v.pipe(
  v.picklist(ENFORCEMENTS),
  v.description('what to do with a violation: fix it, block what was asked for, or warn and let it pass'),
);

const door = (about: string) => v.optional(v.pipe(v.strictObject({ enforce: v.optional(enforce) }), v.description(about)));

const folderPath = v.pipe(
  v.string(),
  v.regex(/\S/, 'is a path and cannot be empty'),
  v.maxLength(4096, 'is longer than 4096 characters'),
  v.description('a folder; ~ is the home folder; relative to the folder of the policy file'),
);

const duration = v.pipe(v.string(), v.regex(DURATION_PATTERN, 'is a time from 1s to 3650d, such as 90s, 30m, 24h or 7d'));

const hold = v.union([
  v.pipe(duration, v.description('a clean picture appears this long after it came: 24h')),
  v.strictObject({
    'until-away': v.pipe(
      v.string(),
      v.regex(DISTANCE_PATTERN, 'is a distance from 100m to 1000km, such as 500m or 2km'),
      v.description('a picture waits until a newer one was taken further away than this from where it was taken'),
    ),
    'at-most': v.optional(
      v.pipe(duration, v.description(`and no longer than this, also where no place is known; ${DEFAULT_AT_MOST} if left out`)),
    ),
  }),
]);

const vault = v.union([
  v.pipe(v.picklist(['on', 'off']), v.description('off: originals are not kept, and nothing can be undone')),
  v.strictObject({
    keep: v.optional(v.pipe(duration, v.description(`how long originals are kept; ${DEFAULT_VAULT.keep} if left out`))),
    size: v.optional(
      v.pipe(
        v.string(),
        v.regex(SIZE_PATTERN, 'is a size from 1MB to 10TB, such as 500MB or 2GB'),
        v.description(`how much is kept, the oldest goes first; ${DEFAULT_VAULT.size} if left out`),
      ),
    ),
    encrypt: v.optional(
      v.pipe(v.boolean(), v.description('encrypt with the key that "exifence vault encrypt" makes; only its passphrase opens it')),
    ),
  }),
]);

const watch = v.strictObject({
  enforce: v.optional(enforce),
  vault: v.optional(v.pipe(vault, v.description('where originals go, so that cleaning can be undone: on if left out'))),
  folders: v.optional(
    v.pipe(
      v.array(
        v.union([
          folderPath,
          v.strictObject({
            path: folderPath,
            recursive: v.optional(v.pipe(v.boolean(), v.description('whether folders within it are watched too; true if left out'))),
            mode: v.optional(
              v.pipe(
                v.picklist(WATCH_MODES),
                v.description(
                  'in-place: cleaned where it lies; outbox: a clean copy appears in another folder; quarantine: taken away until it is released',
                ),
              ),
            ),
            outbox: v.optional(v.pipe(folderPath, v.description('where clean copies appear; the originals stay, private'))),
            hold: v.optional(v.pipe(hold, v.description('the posting delay'))),
            polling: v.optional(
              v.pipe(v.boolean(), v.description('ask again and again instead of being told: for network disks; false if left out')),
            ),
            vault: v.optional(
              v.pipe(v.picklist(['on', 'off']), v.description('whether originals of this folder are kept; as watch.vault if left out')),
            ),
            policy: v.optional(
              v.pipe(
                v.string(),
                v.regex(/\S/, 'is a preset or a policy file and cannot be empty'),
                v.maxLength(4096, 'is longer than 4096 characters'),
                v.description('another policy for this folder: a preset, or a file relative to this one'),
              ),
            ),
          }),
        ]),
      ),
      v.maxLength(MAX_ITEMS, `has more than ${MAX_ITEMS} items`),
      v.description('folders to watch where none is named on the command line'),
    ),
  ),
  backend: v.optional(
    v.pipe(
      v.picklist(WATCH_BACKENDS),
      v.description('what tells of changes: chokidar, native (@parcel/watcher), or auto: native for large folders; auto if left out'),
    ),
  ),
  notify: v.optional(v.pipe(v.boolean(), v.description('tell on the desktop what was removed; false if left out'))),
  settle: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:[1-9]\d{2,4}ms|[1-9]\d?s)$/, 'is a time from 100ms to 99s, such as 500ms or 2s'),
      v.description(`how long a file must rest before it counts as whole: 100ms to 99s; ${DEFAULT_SETTLE_MS}ms if left out`),
    ),
  ),
});

const override = v.pipe(
  v.strictObject({
    paths: v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.minLength(1, 'is a glob and cannot be empty'),
          v.maxLength(MAX_GLOB_LENGTH, `is longer than ${MAX_GLOB_LENGTH} characters`),
          v.check(
            (glob) => globMistake(glob) === undefined,
            ({ input }) => globMistake(input) ?? '',
          ),
          v.description('*, ? and [a-z] within a name, ** for any folders, {a,b} for either; case counts; write **/*.jpg for any depth'),
        ),
      ),
      v.minLength(1, 'names no path'),
      v.maxLength(MAX_ITEMS, `has more than ${MAX_ITEMS} items`),
      v.description('globs, relative to the folder of the policy file'),
    ),
    rules: v.optional(rulesSchema),
    beyond: v.optional(beyondSchema),
    visual: v.optional(visualSchema),
    watch: door('the watch daemon, for these paths'),
    git: door('the git hooks, for these paths'),
    ci: door('checks on pull requests, for these paths'),
  }),
  v.description('what is different for some paths; a later override wins'),
);

const terms = {
  reason: v.pipe(
    v.string(),
    v.regex(/\S/, 'cannot be empty'),
    v.maxLength(MAX_TEXT, `is longer than ${MAX_TEXT} characters`),
    v.description('why it may stay as it is'),
  ),
  owner: v.pipe(
    v.string(),
    v.regex(/\S/, 'cannot be empty'),
    v.maxLength(MAX_TEXT, `is longer than ${MAX_TEXT} characters`),
    v.description('who answers for it'),
  ),
  expires: v.pipe(
    v.string(),
    v.regex(
      /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))$/,
      'is a day written YYYY-MM-DD',
    ),
    v.check(dayExists, 'names a day that does not exist\nFebruary has 29 days in leap years only'),
    v.description('the last day on which it holds, YYYY-MM-DD, UTC'),
  ),
};

/** What an exception says besides the content that it is for. */
export const allowTerms = v.strictObject(terms);

const allowEntry = v.pipe(
  v.strictObject({
    sha256: v.pipe(
      v.string(),
      v.regex(/^[0-9A-Fa-f]{64}$/, 'is a SHA-256 of 64 hexadecimal digits, as sha256sum prints it'),
      v.description('SHA-256 of the whole file'),
    ),
    ...terms,
  }),
  v.description('one file that may stay as it is, known by its content'),
);

const extended = v.union([
  v.pipe(v.picklist(PRESET_NAMES), v.description('a built-in policy')),
  v.pipe(
    v.string(),
    v.regex(/^(?![/~])[^\\]{1,1000}\.ya?ml$/, 'is a preset or a relative path that ends in .yaml'),
    v.description('another policy file, relative to this one'),
  ),
]);

export const policySchema = v.strictObject({
  version: v.pipe(v.literal(1), v.description('version of this format: 1')),
  extends: v.optional(
    v.pipe(
      v.union([
        extended,
        v.pipe(v.array(extended), v.minLength(1, 'names nothing to extend'), v.maxLength(MAX_ITEMS, `has more than ${MAX_ITEMS} items`)),
      ]),
      v.description('presets and files that this policy builds on, a later one over an earlier one; balanced if left out'),
    ),
  ),
  rules: v.optional(rulesSchema),
  beyond: v.optional(beyondSchema),
  visual: v.optional(visualSchema),
  watch: v.optional(v.pipe(watch, v.description(`the watch daemon; enforce: ${PRESET_ENFORCE.watch} if left out`))),
  git: v.optional(
    v.pipe(
      v.strictObject({
        enforce: v.optional(enforce),
        sniff: v.optional(
          v.pipe(
            v.picklist(SNIFFS),
            v.description(
              "which staged files are looked into: names, those called images; content, all, as a mislabelled image is still an image; names if left out; it counts in the policy of the repository's top folder",
            ),
          ),
        ),
      }),
      v.description(`the git hooks; enforce: ${PRESET_ENFORCE.git} if left out`),
    ),
  ),
  ci: door(`checks on pull requests; enforce: ${PRESET_ENFORCE.ci} if left out`),
  overrides: v.optional(
    v.pipe(v.array(override), v.maxLength(MAX_ITEMS, `has more than ${MAX_ITEMS} items`), v.description('rules for some paths')),
  ),
  allow: v.optional(
    v.pipe(v.array(allowEntry), v.maxLength(MAX_ALLOWED, `has more than ${MAX_ALLOWED} items`), v.description('accepted exceptions')),
  ),
});

/** The pattern lets 29 February pass in every year. What does not fit the pattern is not for this check to find. */
function dayExists(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().startsWith(day);
}

/** A policy file's content, valid by the schema. */
export type PolicyDocument = v.InferOutput<typeof policySchema>;
