#!/bin/sh
# exifence hook shim: `exifence hook install` puts it beside git's hooks, which call it with their own name first.
# It fails closed: where exifence cannot be started, nothing is committed or pushed unchecked.

exifence_node=''
exifence_bundle=''

exifence_name=$1
[ $# -gt 0 ] && shift

# Only a commit that was cleaned leaves something for this one to do.
if [ "$exifence_name" = post-commit ]; then
  exifence_git_dir=$(git rev-parse --git-dir) || exit 0
  [ -e "$exifence_git_dir/exifence/pending.json" ] || exit 0
fi

# The program that this hook was installed with; then the one that the repository depends on; then any.
if [ -n "$exifence_bundle" ] && [ -f "$exifence_bundle" ]; then
  if [ -n "$exifence_node" ] && [ -x "$exifence_node" ]; then
    exec "$exifence_node" "$exifence_bundle" run "$exifence_name" "$@"
  elif command -v node >/dev/null 2>&1; then
    exec node "$exifence_bundle" run "$exifence_name" "$@"
  fi
fi
if [ -f ./node_modules/exifence/dist/hook.cjs ] && command -v node >/dev/null 2>&1; then
  exec node ./node_modules/exifence/dist/hook.cjs run "$exifence_name" "$@"
fi
if [ -x ./node_modules/.bin/exifence ]; then
  exec ./node_modules/.bin/exifence hook run "$exifence_name" "$@"
fi
if command -v exifence >/dev/null 2>&1; then
  exec exifence hook run "$exifence_name" "$@"
fi

printf '%s\n' \
  "exifence: the $exifence_name hook cannot find exifence or Node.js, so nothing was checked and git was stopped." \
  'exifence: install it (npm install --save-dev exifence), or run `exifence hook install` again where it is installed.' >&2
exit 3
