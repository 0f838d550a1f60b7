import type { Category } from '../../core/category.js';

/** `category: names`, one line each. */
function table(text: string): ReadonlyMap<string, Category> {
  const found = new Map<string, Category>();
  for (const line of text.trim().split('\n')) {
    const [category = '', names = ''] = line.split(':');
    for (const name of names.trim().split(' ')) found.set(name.replaceAll('_', ' '), category.trim() as Category);
  }
  return found;
}

/**
 * Items of `udta` and `ilst` by their four characters; `@` stands for the sign of copyright, `_` for a space. QuickTime File Format
 * "User data list entry types", 3GPP TS 26.244 8, and the items of iTunes. What is on no list may hold anything.
 */
const ITEMS = table(`
location: @xyz loci
device: @hst clid cmid @gUI
camera: @mak @mod manu modl CNMN cmnm @mdl vndr @lns
software: @swr @too @req @enc @fmt WLOC @TSC @TSZ swr_ tool @sof
time: @day @ed1 @ed2 @ed3 @ed4 @ed5 @ed6 @ed7 @ed8 @ed9 date yrrc @TIM purd rldt @dat
copyright: @ART @aut @cpy @dir @prd @phg @pub @wrt @com @cop aART auth cprt @prf @nrt @xpd @PRD @lab @lal @mal @cak soaa soar soco @arg @arr @cmp
person: perf ownr apID @prv @snm
text: @nam @cmt @des @inf @key @gen @alb @grp @lyr @src @url @trk @ope @isr @wrn @chp @dis @cnt @lbl @con @ard @dsc titl dscp gnre kywd clsf albm rtng coll urat clfn name desc ldes sonm soal sosn tvsh tven tvnn trkn disk tmpo cpil gnre stik rate pgap hdvd @mvn @mvi @mvc shwm tves tvsn catg keyw purl egid pcst sdes rtng @st3 chpl cnID atID plID geID sfID akID cmID flvr @cpl
preview: covr thmb snal tnal
rendering: LOOP SelO AllF
`);

/** Keys of `mdta` metadata, most behind `com.apple.quicktime.` or `com.android.`. */
const KEYS = table(`
location: location.ISO6709 location.name location.body location.note location.role location.facing location.date location.accuracy.horizontal direction.facing direction.motion location
device: content.identifier camera.identifier camera.serial camera.serial-number identifier
camera: make model camera.lens_model camera.focal_length.35mm_equivalent camera.framereadouttimeinmicroseconds live-photo.auto live-photo.vitality-score live-photo.vitality-scoring-version live-photo.smartstyle-rendered capture.fps manufacturer capture-mode photos.captureMode
software: software version player.version player.movie.visual.brightness player.movie.audio.gain player.movie.audio.treble player.movie.audio.balance player.movie.audio.bass player.movie.audio.pitchshift player.movie.audio.mute player.movie.visual.tint player.movie.visual.color player.movie.visual.contrast encoder encoding_tool major_brand minor_version compatible_brands
time: creationdate year creation_time date modificationdate
copyright: author artist copyright director producer publisher composer album.artist album_artist phonogramrights
person: collection.user performer
text: title comment comments description information keywords displayname genre album originalsource rating.user lyrics synopsis
rendering: full-frame-rate-playback-intent
`);

const KEY_PREFIX = /^(?:com\.apple\.quicktime\.|com\.android\.|com\.apple\.)/;

/** What an item's field is for; `undefined` where it is not known. */
export function itemCategory(type: string): Category | undefined {
  return ITEMS.get(type.replace('\xa9', '@'));
}

/** What a key's field is for. */
export function keyCategory(key: string): Category | undefined {
  return KEYS.get(key.replace(KEY_PREFIX, ''));
}
