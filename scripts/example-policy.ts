import { BEYOND_HELP, DEFAULT_TEMPLATE } from '../src/core/beyond.js';
import { CATEGORY_HELP, type Category } from '../src/core/category.js';
import { DEFAULT_GRID, DEFAULT_TIME_UNIT } from '../src/policy/precision.js';
import { PRESETS } from '../src/policy/presets.js';
import { presetComments } from '../src/policy/starter.js';

/** `.privacyrc.example.yaml`: every key that a policy may have. */
export function exampleText(): string {
  return `# yaml-language-server: $schema=./config/privacyrc.schema.json
# Every key that a policy may have. Only version is needed; leave out what you do not change.
# Put a policy as .privacyrc.yaml where it should hold from downwards, and check it: exifence policy check
version: 1

# What to build on, a preset or another file by its relative path; a list too, a later one over an earlier one:
${presetComments()}
# If left out: balanced. Paths in an extended file are relative to the folder of this one.
extends:
  - balanced

# What may stay, by category. A category not named is as in what is extended.
# A word is short for the long form: { action: remove }.
rules:
  # ${CATEGORY_HELP.location}
  # precision: side of a grid cell, 0.1km to 1000km or 0.001deg to 10deg; "location: coarsen" alone means ${DEFAULT_GRID}.
  # 1km is 0.01 degree: never finer than asked from north to south; from east to west a cell narrows towards the poles.
  location: { action: coarsen, precision: 10km }
${rest('device', 'camera')}
  # ${CATEGORY_HELP.person}
  # Also for copyright, unless it is named here as well.
  person: remove
${rest('copyright')}
  # ${CATEGORY_HELP.time}
  # precision: day, month or year; "time: coarsen" alone means ${DEFAULT_TIME_UNIT}.
  time: { action: coarsen, precision: month }
  # ${CATEGORY_HELP.text}
  # Also for ai-prompt, unless it is named here as well.
  text: keep
${rest('ai-prompt', 'software', 'preview', 'provenance', 'hidden')}
  # ${CATEGORY_HELP.rendering}
  # Can only be kept.
  rendering: keep

# What tells of a picture beside its bytes, held against the same rules: keep does not look, warn reports, block refuses.
beyond:
  # ${BEYOND_HELP.sidecar}
  # fix writes XMP sidecars anew and refuses what cannot be written; no file is ever deleted.
  sidecar: fix
  # ${BEYOND_HELP.filename}
  # rename: by a template of letters, digits and the fields {hash8}, {n}, {year}, {month}, {day}; it ends in .{ext}.
  # "filename: rename" alone means ${DEFAULT_TEMPLATE}. Dates are put in only as far as the rule for time lets them.
  filename: { action: rename, template: "{year}-{month} {hash8}.{ext}" }
  # ${BEYOND_HELP.xattr}
  xattr: remove

# What the picture itself shows. Nothing is looked at unless it is named here: keep, warn, block or redact.
# It needs packages that a plain install leaves out: see docs/visual.md. What cannot be looked at is reported, exit code 3.
visual:
  # style: pixelate (if left out), blur or fill
  faces: { action: redact, style: pixelate }
  # what: sensitive (what rules know: addresses, numbers, keys, names) or all; custom: patterns in the syntax of RE2
  text: { action: redact, what: sensitive, custom: ["ACME-[0-9]+"] }
  # QR codes and barcodes
  codes: redact
  # what could tell where it was taken: signs, addresses, plates; never redacted as such, and never called safe
  place: warn
  # everything that is no person; with: blur, fill or picture, which names a file
  background: { action: keep, with: picture, picture: ./backdrop.png }
  # x,y,width,height of places that are filled in every picture, in pixels or in percent
  regions: ["0%,97%,100%,3%"]
  # git hooks look at pictures only where this says block, and then never change them
  hook: "off"
  # models of your own in place of those of the packages: faces, persons, text-lines, text-reader, landmarks
  models:
    landmarks:
      path: ./models/landmarks.onnx
      sha256: "0000000000000000000000000000000000000000000000000000000000000000"
      adapter: classifier

# The watch daemon.
watch:
  # fix, block or warn: what to do with a violation
  enforce: fix
  # Folders to watch where none is named on the command line; ~ is the home folder.
  folders:
    - ~/Pictures/Screenshots
    # Folders within it are watched too, unless told otherwise.
    - path: inbox
      recursive: false
    # in-place, outbox (a clean copy appears elsewhere) or quarantine (nothing leaves until it is released).
    - path: camera
      mode: outbox
      outbox: to-post
      # The posting delay: 24h, or until a newer picture was taken further away than this.
      hold: { until-away: 2km, at-most: 7d }
  # Where originals go, so that cleaning can be undone; off keeps none.
  vault: { keep: 30d, size: 2GB }
  # What tells of changes: chokidar, native (@parcel/watcher), or auto: native for large folders.
  backend: auto
  # Tell on the desktop what was removed.
  notify: false
  # How long a file must rest before it counts as whole: 100ms to 99s.
  settle: 500ms

# The git hooks.
git:
  enforce: block

# Checks on pull requests.
ci:
  enforce: block

# What is different for some paths, relative to this file's folder; a later override wins.
# *, ? and [a-z] stay within one name, ** is any number of folders, {a,b} is either. Names that begin with a dot count.
overrides:
  - paths:
      - "press/**"
      - "**/*.press.{jpg,jpeg}"
    rules:
      copyright: keep
      time: keep
    visual:
      faces: keep
    beyond:
      filename: keep
    watch:
      enforce: warn
    git:
      enforce: fix
    ci:
      enforce: warn

# Files that may stay as they are, known by their content. Entries that are expired or not needed are reported.
allow:
  - sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    reason: the place is what the picture is about
    owner: press office
    # The last day on which it holds, UTC.
    expires: 2030-12-31
`;
}

function rest(...categories: Category[]): string {
  const word = (category: Category): string => (PRESETS.balanced.removes.includes(category) ? 'remove' : 'keep');
  return categories.map((category) => `  # ${CATEGORY_HELP[category]}\n  ${category}: ${word(category)}`).join('\n');
}
