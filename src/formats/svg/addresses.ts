import type { Category } from '../../core/category.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';
import { toldInText } from '../../metadata/told-in-text.js';

/** What an address tells, where it is more than a place in the same document. */
export interface AddressKind {
  readonly category: Category;
  readonly alsoReveals: readonly Category[];
  readonly note: string;
}

/** Judges an address. `isLink`: a person has to follow it; else it is called when the picture is shown. */
export function addressKind(value: string, isLink: boolean): AddressKind | undefined {
  const address = value.trim();
  if (address === '' || address.startsWith('#') || /^data:/i.test(address)) return undefined;
  if (/^(?:java|vb)script:/i.test(address)) return { category: 'hidden', alsoReveals: REVEALS_ANYTHING, note: 'a script' };
  if (/^(?:file:|[\\/](?![\\/])|[a-z]:[\\/]|\\\\|~\/)/i.test(address))
    return { category: 'person', alsoReveals: ['device', 'software', 'text'], note: 'a path on the disk of who made it' };
  if (/^(?:[a-z][\w+.-]*:|\/\/)/i.test(address))
    return isLink
      ? { category: 'text', alsoReveals: toldInText(address, 'text'), note: 'a link' }
      : { category: 'hidden', alsoReveals: ['person', 'device', 'text'], note: 'an address that is called when the picture is shown' };
  const told = toldInText(address, 'rendering');
  return told.length === 0 ? undefined : { category: told[0] as Category, alsoReveals: told, note: 'a file beside the document' };
}
