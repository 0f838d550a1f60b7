import { BEYOND, BEYOND_HELP } from '../core/beyond.js';
import { CATEGORIES, CATEGORY_HELP } from '../core/category.js';
import { beyondWord, PRESET_BEYOND, PRESET_NAMES, PRESETS } from './presets.js';

/** What `exifence policy init` writes: the default, with everything that is often changed in reach. */
export function starterText(): string {
  return `# What images may reveal from this folder downwards. Check it: exifence policy check
# Completion in your editor: exifence policy schema > privacyrc.schema.json, and as the first line of this file
#   "# yaml-language-server: $schema=./privacyrc.schema.json"
version: 1

# What to build on:
${presetComments()}
extends: balanced

# Say otherwise by category: keep, remove or, for location and time, coarsen.
# rules:
${CATEGORIES.map((category) => `#   ${starterRule(category).padEnd(18)} # ${CATEGORY_HELP[category]}`).join('\n')}

# What lies beyond the bytes of a picture, by the same rules: keep, warn, block, or fix, rename, remove.
# beyond:
${BEYOND.map((what) => `#   ${`${what}: ${beyondWord(what, PRESET_BEYOND[what])}`.padEnd(18)} # ${BEYOND_HELP[what]}`).join('\n')}

# What to do with a violation: fix it, block what was asked for, or warn and let it pass.
watch:
  enforce: fix
git:
  enforce: block
ci:
  enforce: block

# Say otherwise for some paths; a later override wins.
# overrides:
#   - paths: ["press/**"]
#     rules:
#       copyright: keep
`;
}

/** One comment line per preset, aligned. */
export function presetComments(): string {
  return PRESET_NAMES.map((name) => `#   ${name.padEnd(13)} ${PRESETS[name].about}`).join('\n');
}

function starterRule(category: (typeof CATEGORIES)[number]): string {
  if (category === 'location') return `location: coarsen`;
  if (category === 'time') return `time: coarsen`;
  return `${category}: ${PRESETS.balanced.removes.includes(category) ? 'remove' : 'keep'}`;
}
