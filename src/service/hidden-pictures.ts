import type { HiddenInFile, HiddenPicture } from '../core/hidden-picture.js';
import type { Judgement } from '../core/judgement.js';
import type { Source } from '../core/source.js';
import { hiddenSources } from '../engine/hidden/hidden-input.js';
import { hiddenByStructure } from '../engine/hidden/tells.js';

function byHeaders(source: Source, { inspection }: Judgement): HiddenPicture[] {
  return inspection === undefined ? [] : hiddenByStructure(source, inspection);
}

/** What hides in a judged file, as its headers tell. Reads little more than its metadata; loads no decoder. */
export function hiddenFromHeaders(source: Source, judgement: Judgement): HiddenInFile {
  return { hidden: byHeaders(source, judgement) };
}

/** The same as decoders see it, with pictures of what could be recovered. Loads the decoder. */
export async function hiddenFromPixels(source: Source, judgement: Judgement): Promise<HiddenInFile> {
  const sources = hiddenSources(source, judgement);
  if (sources === undefined) return hiddenFromHeaders(source, judgement);
  const { lookForHidden } = await import('../visual/hidden/look.js');
  const look = await lookForHidden(sources);
  // Where a preview could not be held against the picture, its proportions still tell.
  const told = new Map(byHeaders(source, judgement).map((hidden) => [hidden.byteOffset, hidden]));
  const hidden = look.hidden.map((each) => {
    const byShape = each.kind === 'not-compared' ? told.get(each.byteOffset) : undefined;
    return byShape === undefined ? each : { ...each, ...byShape };
  });
  return { ...look, hidden };
}
