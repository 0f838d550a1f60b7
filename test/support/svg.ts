/** Builds SVG documents for tests. */

const NAMESPACES =
  'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"';

export interface SvgOptions {
  /** In front of the root element. */
  readonly prolog?: string;
  /** Attributes of the root element. */
  readonly root?: string;
  /** In front of what is drawn. */
  readonly inside?: string;
  /** Behind the root element. */
  readonly after?: string;
}

/** A picture of two shapes. */
export function svgText({ prolog = '', root = '', inside = '', after = '' }: SvgOptions = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${prolog}<svg ${NAMESPACES} width="64" height="48" viewBox="0 0 64 48"${root === '' ? '' : ` ${root}`}>${inside}<rect x="4" y="4" width="30" height="20" fill="#c33"/><path d="M5 40 L60 44 L40 10z" fill="#36c"/></svg>${after}`;
}

export const buildSvg = (options: SvgOptions = {}): Buffer => Buffer.from(svgText(options));

/** An image element with a picture in its address. */
export const embeddedImage = (bytes: Uint8Array, mediaType: string): string =>
  `<image x="0" y="0" width="8" height="8" xlink:href="data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}"/>`;

export const rdfMetadata = (properties: string): string =>
  `<metadata><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>${properties}</cc:Work></rdf:RDF></metadata>`;
