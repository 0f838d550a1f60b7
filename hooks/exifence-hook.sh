#!/bin/sh
# exifence hook shim: `exifence hook install` puts it beside git's hooks, which call it with their own name first.
# It fails closed: where exifence cannot be started, nothing is committed or pushed unchecked.

exifence_node=''
exifence_bundle=''

exifence_name=$1
[ $# -gt 0 ] && shift

# What a name may end in for the file to be an image; written by "npm run generate".
exifence_types='jpg jpeg jpe jfif jif mpo jps png apng webp heic heif hif heics heifs avif avifs avci avcs gif tif tiff btf tf8 dng cr2 nef nrw arw sr2 srf pef rw2 orf srw 3fr fff iiq kdc dcr mos mef erf rwl raf crw x3f cr3 gpr jxl jp2 j2k jpf jpx jpm j2c jph jhc mj2 svg svgz bmp dib ico cur psd psb pdf ai mp4 mov m4v qt 3gp 3g2 insv lrv webm mkv avi jxr wdp hdp exr dpx dds qoi bpg flif xcf dcm dicom fits icns eps emf wmf pnm pbm pgm ppm pam pcx tga djvu'

# True where something is staged that is called an image: git's own answer, without a program of ours.
exifence_images_staged() {
  # With any of these the patterns below would mean something else.
  [ -z "$GIT_LITERAL_PATHSPECS$GIT_GLOB_PATHSPECS$GIT_NOGLOB_PATHSPECS$GIT_ICASE_PATHSPECS" ] || return 0
  set --
  for exifence_type in $exifence_types; do
    set -- "$@" ":(icase)*.$exifence_type"
  done
  exifence_staged=$(git diff --cached --name-only --no-renames --no-relative --no-ext-diff --diff-filter=ACMRT --ignore-submodules=all -- "$@") ||
    return 0
  [ -n "$exifence_staged" ]
}

# Most commits hold no image: they need not wait for Node.js. A policy that looks into every file, and what a killed run left, do.
if [ "$exifence_name" = pre-commit ] || [ "$exifence_name" = pre-merge-commit ]; then
  case " $* " in
    *' --fix '*) ;;
    *)
      exifence_look=no
      for exifence_file in "${GIT_DIR:-.git}/exifence/pending.json" "${GIT_DIR:-.git}/exifence/journal"; do
        [ ! -e "$exifence_file" ] || exifence_look=yes
      done
      for exifence_file in .privacyrc.yaml .privacyrc.yml; do
        [ -e "$exifence_file" ] || continue
        grep -Eqs "^[^#]*sniff[\"']?[[:space:]]*:[[:space:]]*[\"']?content" "$exifence_file"
        # Whatever is not a plain no: a file that cannot be read, no grep.
        [ $? = 1 ] || exifence_look=yes
      done
      [ "$exifence_look" = yes ] || exifence_images_staged || exit 0
      ;;
  esac
fi

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
