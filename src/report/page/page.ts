import { createHash } from 'node:crypto';
import { countResults, type FileResult } from '../../core/result.js';
import { plainHtml } from '../html.js';
import { fileSection } from './file-section.js';

/** What a page begins with, so that one may be written over and nothing else. */
export const PAGE_START = '<!doctype html><!-- exifence report -->';

/** Pictures in one page; of what is found beyond these only the words are. */
const MAX_PICTURES = 300;

const STYLE = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:72rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
.private{border-left:.3rem solid #c33;padding:.3rem .8rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid #8884;overflow-wrap:anywhere}
.pair{display:flex;flex-wrap:wrap;gap:1rem;margin:.8rem 0}
figure{margin:0;max-width:calc(50% - .5rem)}
img{max-width:100%;max-height:30rem;background:repeating-conic-gradient(#bbb 0 25%,#eee 0 50%) 0/16px 16px}
figcaption{font-size:.85rem}
.status{font-weight:600}.violates,.would-fix{color:#c33}.unproven{color:#b70}.clean,.fixed{color:#2a2}
@media(max-width:40rem){figure{max-width:100%}}
`;

export interface PageOptions {
  readonly tool: string;
  /** When, as ISO 8601. */
  readonly at: string;
  /** Show values and not only that there are some. */
  readonly reveal: boolean;
}

/** One page that needs nothing else: no script, no request, pictures as data. Fed one result at a time; values are sealed unless revealed. */
export class ReportPage {
  readonly #sections: string[] = [];
  readonly #results: FileResult[] = [];
  #pictures = 0;

  constructor(private readonly options: PageOptions) {}

  add(result: FileResult): void {
    const pictures = result.hidden?.filter(({ picture }) => picture !== undefined).length ?? 0;
    const room = this.#pictures + pictures <= MAX_PICTURES;
    if (room) this.#pictures += pictures;
    this.#results.push({
      artifact: result.artifact,
      status: result.status,
      notes: [],
      ...(result.hidden === undefined ? {} : { hidden: result.hidden.map(({ picture: _, ...told }) => told) }),
    });
    const section = fileSection(result, this.options.reveal, room);
    if (section !== undefined) this.#sections.push(section);
  }

  /** The page in pieces. */
  *pieces(): Generator<Uint8Array> {
    yield Buffer.from(this.#head());
    for (const section of this.#sections) yield Buffer.from(section);
    yield Buffer.from('</body></html>\n');
  }

  #head(): string {
    const { tool, at, reveal } = this.options;
    const hash = createHash('sha256').update(STYLE).digest('base64');
    const csp = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    const hidden = this.#results.reduce((sum, result) => sum + (result.hidden?.length ?? 0), 0);
    const { clean, violates, unproven, allowed, skipped } = countResults(this.#results);
    const counts = `${clean} clean, ${violates} that violate the policy, ${unproven} that could not be proven clean, ${allowed} allowed, ${skipped} not looked into; ${hidden} hidden ${hidden === 1 ? 'picture' : 'pictures'}`;
    return [
      PAGE_START,
      '<html lang="en"><head><meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${csp}">`,
      '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
      `<title>Exifence report</title><style>${STYLE}</style></head><body><h1>What these files reveal</h1>`,
      `<p>${plainHtml(tool)}, ${plainHtml(at)}. ${plainHtml(counts)}.</p>`,
      `<p class="private">This page shows what was hidden in the files${reveal ? ', private values included' : ''}: keep it as private as they are.</p>`,
    ].join('\n');
  }
}
