#!/bin/sh
# exifence hook shim: `exifence hook install` puts it beside git's hooks, which call it with their own name first.
# It fails closed: where exifence cannot be started, nothing is committed or pushed unchecked.

exifence_node=''
exifence_bundle=''

exifence_name=$1
[ $# -gt 0 ] && shift

# What names of images end in, any case; quotes stand around names that are not plain.
exifence_names='\.(jpg|jpeg|jpe|jfif|jif|mpo|jps|png|apng|webp|heic|heif|hif|heics|heifs|avif|avifs|avci|avcs|gif|tif|tiff|btf|tf8|dng|cr2|nef|nrw|arw|sr2|srf|pef|rw2|orf|srw|3fr|fff|iiq|kdc|dcr|mos|mef|erf|rwl|raf|crw|x3f|cr3|gpr|jxl|jp2|j2k|jpf|jpx|jpm|j2c|jph|jhc|mj2|svg|svgz|bmp|dib|ico|cur|psd|psb|pdf|ai|mp4|mov|m4v|qt|3gp|3g2|insv|lrv|webm|mkv|avi|jxr|wdp|hdp|exr|dpx|dds|qoi|bpg|flif|xcf|dcm|dicom|fits|icns|eps|emf|wmf|pnm|pbm|pgm|ppm|pam|pcx|tga|djvu)"?$'

exifence_git_dir() {
  if [ -n "$GIT_DIR" ]; then printf '%s\n' "$GIT_DIR"; elif [ -d .git ]; then echo .git; else git rev-parse --git-dir; fi
}

# True where a commit was being cleaned when it was stopped, or the user's index has to follow one.
exifence_has_left() {
  exifence_folder=$(exifence_git_dir)/exifence || return 0
  [ -e "$exifence_folder/pending.json" ] && return 0
  for exifence_left in "$exifence_folder"/.exifence-*; do [ -e "$exifence_left" ] && return 0; done
  return 1
}

# Reads lines of policies: true where one may say `sniff: content`, or names a file that may.
exifence_may_say_content() {
  while IFS= read -r exifence_line || [ -n "$exifence_line" ]; do
    exifence_line=${exifence_line%%#*}
    case $exifence_line in
    *.yaml* | *.yml*) return 0 ;;
    *sniff*names*) ;;
    *sniff*) return 0 ;;
    esac
  done
  return 1
}

# True where the policy of the top folder may look into every file: the one that is staged, or one on the disk from here upwards.
exifence_may_sniff() {
  exifence_lines=$(git grep --cached -h -E -e sniff -e '\.ya?ml' -- .privacyrc.yaml .privacyrc.yml)
  case $? in
  0) printf '%s\n' "$exifence_lines" | exifence_may_say_content && return 0 ;;
  1) ;;
  *) return 0 ;;
  esac
  exifence_folder=$PWD
  while :; do
    for exifence_file in "$exifence_folder/.privacyrc.yaml" "$exifence_folder/.privacyrc.yml"; do
      [ -f "$exifence_file" ] || continue
      [ -r "$exifence_file" ] || return 0
      exifence_may_say_content <"$exifence_file" && return 0
    done
    [ -n "$exifence_folder" ] || return 1
    exifence_folder=${exifence_folder%/*}
  done
}

# True where Node has nothing to do: nothing that is staged can be an image by its name, and names are all that counts.
exifence_is_done() {
  exifence_staged=$(git -c core.quotePath=true diff --cached --name-only --no-renames --no-relative --no-ext-diff --no-color --ignore-submodules=none --ita-invisible-in-index --diff-filter=ACMRT --) || return 1
  exifence_has_left && return 1
  [ -n "$exifence_staged" ] || return 0
  # 1 is "none"; anything else, also no grep at all, is for Node to look at.
  printf '%s\n' "$exifence_staged" | LC_ALL=C grep -q -i -E "$exifence_names"
  [ $? -eq 1 ] || return 1
  exifence_may_sniff && return 1
  return 0
}

case $exifence_name in
pre-commit | pre-merge-commit)
  case " $* " in *' --fix '*) ;; *) exifence_is_done && exit 0 ;; esac
  ;;
post-commit)
  exifence_has_left || exit 0
  ;;
esac

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
