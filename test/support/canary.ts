import { haystacks } from './haystacks.js';
import type { AdversarialCanary } from './shared.js';

/** Every form in which a canary might survive: raw, UTF-16, reversed, hex, base64 at each alignment, byte-swapped. */
export function formsOf(canary: Pick<AdversarialCanary, 'kind' | 'value' | 'forms'>): Buffer[] {
  if (canary.kind === 'bin')
    return (canary.forms ?? []).flatMap((hex) => [Buffer.from(hex, 'hex'), Buffer.from(hex), Buffer.from(hex.toUpperCase())]);
  const value = Buffer.from(canary.value ?? '');
  const utf16 = Buffer.from(canary.value ?? '', 'utf16le');
  const forms = [
    value,
    Buffer.from(value).reverse(),
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(value.toString('hex')),
    Buffer.from(value.toString('hex').toUpperCase()),
  ];
  for (let shift = 0; shift < 3; shift++) {
    const encoded = Buffer.concat([Buffer.alloc(shift), value])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((shift * 8) / 6);
    const last = (shift + value.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    if (last - first >= 6) forms.push(Buffer.from(encoded.slice(first, last)));
  }
  return forms;
}

/** The canaries that are still in the bytes. */
export function canariesIn<T extends Pick<AdversarialCanary, 'kind' | 'value' | 'forms'>>(bytes: Buffer, canaries: readonly T[]): T[] {
  const stacks = haystacks(bytes);
  return canaries.filter((canary) => formsOf(canary).some((form) => stacks.some((stack) => stack.includes(form))));
}
