/** Text from outside as HTML that shows it and does nothing else: in a page, and in Markdown that takes HTML. No mention, no link, no emphasis. */
export function plainHtml(text: string): string {
  return text.replace(/[^A-Za-z0-9 .,/]/gu, (char) => `&#${char.codePointAt(0)};`);
}

/** A name as code. */
export function codeHtml(text: string): string {
  return `<code>${plainHtml(text)}</code>`;
}
