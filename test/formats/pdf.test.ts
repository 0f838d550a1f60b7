import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { pdf } from '../../src/formats/pdf/pdf.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { canariesIn } from '../support/canary.js';
import { iccDesc, srgbProfile } from '../support/icc.js';
import { BALANCED, flatten, LOCATION_ONLY, policyOf, removing, STRICT } from '../support/payload.js';
import { buildPdf, flate, object, type PdfOptions, revised, stream, xmpStream } from '../support/pdf.js';

const SECRET = 'CNRYpdfsecretYRNC';

function look(bytes: Buffer, policy: EffectivePolicy) {
  return lookAndScrub(new MemorySource(bytes), {
    artifact: 'x.pdf',
    name: 'x.pdf',
    policy,
    now: () => '2024-01-01T00:00:00Z',
    tool: 'test',
  });
}

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const { outcome, replacement } = look(bytes, policy);
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict).toEqual({ kind: 'clean' });
  return bytes;
}

function refusal(bytes: Buffer, policy: EffectivePolicy): string | undefined {
  const { outcome, replacement } = look(bytes, policy);
  expect(replacement).toBeUndefined();
  return outcome.verdict.kind === 'unreadable' ? outcome.verdict.unreadable.code : outcome.verdict.kind;
}

const read = (bytes: Buffer) => readWith(pdf, new MemorySource(bytes), DEFAULT_LIMITS);
const holds = (bytes: Buffer): boolean => canariesIn(bytes, [{ kind: 'text', value: SECRET }]).length > 0;
const JPEG = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#c63' } })
  .jpeg()
  .toBuffer();
const TAGGED = await sharp(JPEG)
  .withExif({ IFD0: { Artist: SECRET }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 30/1' } })
  .jpeg()
  .toBuffer();

const has = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
};
const CHECKED = has('qpdf') && has('pdftoppm');
if (!CHECKED) console.warn('SKIPPED: qpdf or pdftoppm is not installed, so that documents are not compared as others show them');

/** What Poppler draws of every page; qpdf must find nothing wrong with the file. */
function drawn(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-pdf-'));
  try {
    const path = join(folder, 'x.pdf');
    writeFileSync(path, bytes);
    execFileSync('qpdf', ['--check', path], { stdio: 'pipe' });
    return execFileSync('pdftoppm', ['-r', '72', path], { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] }).toString('base64');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Under each policy that removes something of it: gone, the page the same, and twice is once. */
async function goes(bytes: Buffer, ...policies: EffectivePolicy[]): Promise<void> {
  expect(holds(bytes)).toBe(true);
  const before = CHECKED ? drawn(bytes) : '';
  for (const policy of policies) {
    const output = await scrub(bytes, policy);
    expect(holds(output)).toBe(false);
    expect(await scrub(output, policy)).toBe(output);
    if (CHECKED && policy === policies[0]) expect(drawn(output) === before).toBe(true);
  }
}

describe('documents', () => {
  const clean: readonly [string, PdfOptions][] = [
    ['a table', { jpeg: JPEG }],
    ['packed objects', { jpeg: JPEG, packed: true }],
    ['comments of nothing but the end of the file', { jpeg: JPEG, tail: Buffer.from('%%EOF\n\n') }],
    ['a page that is turned', { jpeg: JPEG, page: '/Rotate 90' }],
    ['links within', { jpeg: JPEG, catalog: '/OpenAction [3 0 R /Fit] /Dests <</a [3 0 R /Fit]>>' }],
    [
      'a form that is filled in',
      {
        jpeg: JPEG,
        objects: [object(10, '<</Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (value) /Rect [1 1 9 9] /P 3 0 R>>')],
        catalog: '/AcroForm <</Fields [10 0 R] /DA (/Helv 0 Tf)>>',
        page: '/Annots [10 0 R]',
      },
    ],
  ];
  it.each(clean)('are left alone where they are clean: %s', async (_, options) => {
    const bytes = buildPdf(options);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
    expect(read(bytes).picture).toMatchObject({
      width: 100,
      height: 50,
      frameCount: 1,
      orientation: options.page === '/Rotate 90' ? 6 : 1,
    });
    if (CHECKED) expect(drawn(bytes).length).toBeGreaterThan(1000);
  });

  /** What may tell anything goes under every policy. */
  const anything: readonly [string, PdfOptions][] = [
    ['bytes before the header', { prefix: Buffer.from(`${SECRET}\n`) }],
    ['bytes after the end', { tail: Buffer.from(`\n${SECRET}`) }],
    ['an object that nothing refers to', { gap: `77 0 obj\n(${SECRET})\nendobj\n` }],
    [
      'bytes behind the end of compressed data',
      {
        objects: [
          stream(
            10,
            '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Filter /FlateDecode',
            Buffer.concat([deflateSync('q Q'), Buffer.from(SECRET)]),
          ),
        ],
        resources: '/Pattern <</a 10 0 R>>',
      },
    ],
    ['a stretch of no object', { gap: `${SECRET}\n` }],
    ['an entry of the catalogue that no standard has', { catalog: `/Mine (${SECRET})` }],
    ['an entry of the tree of pages that no standard has', { pages: `/Mine (${SECRET})` }],
    ['an entry of a page that no standard has', { page: `/Mine <${Buffer.from(SECRET).toString('hex')}>` }],
    ['an entry of a picture that no standard has', { image: `/Mine (${SECRET})` }],
    ['an entry of the trailer that no standard has', { trailer: `/DocChecksum /${SECRET}` }],
    [
      'an entry of the information dictionary that no standard has',
      { objects: [object(10, `<</${SECRET} (x)>>`)], trailer: '/Info 10 0 R' },
    ],
    ['private data of programs', { page: `/PieceInfo <</Mine <</Private (${SECRET}) /LastModified (D:2024)>>>>` }],
    ['a script', { catalog: `/Names <</JavaScript <</Names [(a) <</S /JavaScript /JS (${SECRET})>>]>>>>` }],
    ['a script that runs when the document opens', { catalog: `/OpenAction <</S /JavaScript /JS (${SECRET})>>` }],
    ['a script behind an action', { catalog: `/OpenAction <</S /GoTo /D [3 0 R /Fit] /Next <</S /JavaScript /JS (${SECRET})>>>>` }],
    ['a program that is started', { page: `/AA <</O <</S /Launch /F (/home/${SECRET}/a)>>>>` }],
    [
      'an attached file',
      {
        objects: [stream(10, '/Type /EmbeddedFile', SECRET)],
        catalog: `/Names <</EmbeddedFiles <</Names [(a) <</Type /Filespec /F (${SECRET}) /EF <</F 10 0 R>>>>]>>>>`,
      },
    ],
    [
      'a file that is attached to a page',
      {
        objects: [flate(10, '/Type /EmbeddedFile', SECRET)],
        page: `/Annots [<</Type /Annot /Subtype /FileAttachment /Rect [0 0 1 1] /FS <</F (a) /EF <</F 10 0 R>>>>>>]`,
      },
    ],
    ['metadata that cannot be read', { objects: [xmpStream(10, SECRET)], catalog: '/Metadata 10 0 R' }],
    ['articles', { catalog: '/Threads [10 0 R]', objects: [object(10, `<</I <</Author (${SECRET})>>>>`)] }],
    ['comments within an object', { page: `%${SECRET}\n` }],
    ['comments in the trailer', { trailer: `%${SECRET}\n` }],
    ['metadata of a page of parts', { catalog: `/DPartRoot <</DPM <</a (${SECRET})>>>>` }],
    ['a form in XML', { catalog: '/AcroForm <</Fields [] /XFA 10 0 R>>', objects: [flate(10, '', `<xdp>${SECRET}</xdp>`)] }],
  ];
  it.each(anything)('lose %s under every policy', async (_, options) => {
    await goes(buildPdf({ jpeg: JPEG, ...options }), STRICT, BALANCED, LOCATION_ONLY);
    if (options.gap === undefined) await goes(buildPdf({ jpeg: JPEG, ...options, packed: true }), STRICT, LOCATION_ONLY);
  });

  it('lose what an object stream holds besides its objects', async () => {
    await goes(buildPdf({ jpeg: JPEG, packed: true, packedMore: `(${SECRET})` }), STRICT, BALANCED, LOCATION_ONLY);
    await goes(buildPdf({ jpeg: JPEG, packed: true, objects: [object(10, `(${SECRET})`)] }), STRICT, BALANCED, LOCATION_ONLY);
  });

  it('lose earlier revisions, and what was taken out of them', async () => {
    const first = buildPdf({ jpeg: JPEG, objects: [object(10, `<</Title (${SECRET})>>`)], trailer: '/Info 10 0 R' });
    await goes(revised(first, [object(10, '<</Title (new)>>')], '/Info 10 0 R'), STRICT, BALANCED, LOCATION_ONLY);
    await goes(revised(first, []), STRICT, BALANCED, LOCATION_ONLY);
    const page = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 20 0 R>>';
    await goes(
      revised(buildPdf({ content: `BT (${SECRET}) Tj ET` }), [object(3, page), stream(20, '', '0 1 0 rg 1 1 9 9 re f')]),
      STRICT,
      LOCATION_ONLY,
    );
  });

  const telling: readonly [string, PdfOptions, EffectivePolicy, EffectivePolicy][] = [
    ['the author', { objects: [object(10, `<</Author (${SECRET})>>`)], trailer: '/Info 10 0 R' }, STRICT, BALANCED],
    ['the program', { objects: [object(10, `<</Producer (${SECRET})>>`)], trailer: '/Info 10 0 R' }, STRICT, BALANCED],
    [
      'the title in UTF-16',
      {
        objects: [object(10, `<</Title (\xfe\xff${Buffer.from(SECRET, 'utf16le').swap16().toString('latin1')})>>`)],
        trailer: '/Info 10 0 R',
      },
      STRICT,
      BALANCED,
    ],
    ['ids of the file', { trailer: `/ID [(${SECRET}) (b)]` }, BALANCED, LOCATION_ONLY],
    [
      'a thumbnail of the page',
      { objects: [stream(10, '/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8', SECRET)], page: '/Thumb 10 0 R' },
      BALANCED,
      LOCATION_ONLY,
    ],
    [
      'where the map on the page is',
      { page: `/VP [<</Type /Viewport /Name (${SECRET}) /Measure <</Subtype /GEO>>>>]` },
      LOCATION_ONLY,
      removing('text'),
    ],
    [
      'a comment of a reviewer',
      { page: `/Annots [<</Type /Annot /Subtype /Text /Rect [0 0 1 1] /F 2 /Contents (${SECRET})>>]` },
      STRICT,
      BALANCED,
    ],
    [
      'the name of a reviewer',
      { page: `/Annots [<</Type /Annot /Subtype /Text /Rect [0 0 1 1] /F 2 /T (${SECRET})>>]` },
      removing('copyright'),
      LOCATION_ONLY,
    ],
    [
      'an address behind a link',
      { page: `/Annots [<</Subtype /Link /Rect [0 0 1 1] /Border [0 0 0] /A <</S /URI /URI (http://a/${SECRET})>>>>]` },
      STRICT,
      BALANCED,
    ],
    [
      'bookmarks',
      {
        catalog: '/Outlines 10 0 R',
        objects: [object(10, '<</Count 1 /First 11 0 R /Last 11 0 R>>'), object(11, `<</Title (${SECRET}) /Parent 10 0 R>>`)],
      },
      STRICT,
      BALANCED,
    ],
    [
      'the name of a layer',
      { objects: [object(10, `<</Type /OCG /Name (${SECRET})>>`)], catalog: '/OCProperties <</OCGs [10 0 R] /D <</Order [10 0 R]>>>>' },
      STRICT,
      BALANCED,
    ],
  ];
  it.each(telling)('lose %s where the policy says so, and else keep it', async (_, options, removes, keeps) => {
    for (const packed of [false, true]) {
      const bytes = buildPdf({ jpeg: JPEG, packed, ...options });
      await goes(bytes, removes);
      expect(holds(await scrub(bytes, keeps))).toBe(true);
    }
  });

  it('lose a place in a text whose field is harmless', async () => {
    const info = (text: string): Buffer => buildPdf({ jpeg: JPEG, objects: [object(10, `<</Title (${text})>>`)], trailer: '/Info 10 0 R' });
    await goes(info(`${SECRET} 48.85837, 2.29448`), LOCATION_ONLY);
    await goes(info(`${SECRET} /home/jane/a.doc`), BALANCED);
    expect(holds(await scrub(info(SECRET), BALANCED))).toBe(true);
  });

  it('have dates cut short', async () => {
    const bytes = buildPdf({
      jpeg: JPEG,
      objects: [object(10, "<</CreationDate (D:20240517123456+02'00') /ModDate (yesterday)>>")],
      trailer: '/Info 10 0 R',
    });
    for (const [unit, date] of Object.entries({ day: 'D:20240517', month: 'D:202405', year: 'D:2024' }) as ['day', string][]) {
      const policy = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit } } });
      const output = await scrub(bytes, policy);
      expect(output.toString('latin1')).toContain(`(${date})`);
      expect(output.includes('yesterday')).toBe(false);
      expect(await scrub(output, policy)).toBe(output);
    }
  });

  it('have properties of their XMP decided one by one', async () => {
    const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${SECRET}" photoshop:Credit="somebody"/></rdf:RDF></x:xmpmeta>`;
    for (const metadata of [xmpStream(10, packet), flate(10, '/Type /Metadata /Subtype /XML', packet)]) {
      const bytes = buildPdf({ jpeg: JPEG, objects: [metadata], page: '/Metadata 10 0 R' });
      await goes(bytes, LOCATION_ONLY, STRICT);
      const output = await scrub(bytes, LOCATION_ONLY);
      expect(canariesIn(output, [{ kind: 'text', value: 'somebody' }])).toHaveLength(1);
      expect((await scrub(bytes, STRICT)).includes('/Metadata')).toBe(false);
    }
  });

  it.each([
    ['as they are', '/DCTDecode', (bytes: Buffer) => bytes],
    ['compressed', '[/FlateDecode /DCTDecode]', (bytes: Buffer) => deflateSync(bytes)],
    ['in hexadecimal', '[/AHx /DCT]', (bytes: Buffer) => Buffer.from(`${bytes.toString('hex')}>`)],
  ])('have their pictures scrubbed, %s', async (_, filter, encode) => {
    const body = `/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter ${filter}`;
    const bytes = buildPdf({
      jpeg: JPEG,
      objects: [stream(10, body, encode(TAGGED))],
      resources: '/Pattern <<>> /Font <<>>',
      image: '/SMask 10 0 R',
    });
    expect(
      read(bytes)
        .parts.flatMap((part) => flatten([part]))
        .some(({ category }) => category === 'location'),
    ).toBe(true);
    await goes(bytes, STRICT);
    const before = await sharp(TAGGED).raw().toBuffer();
    const output = await scrub(bytes, LOCATION_ONLY);
    expect(holds(output) || filter.includes('Flate')).toBe(true);
    if (filter === '/DCTDecode') {
      const start = output.indexOf(Buffer.from([0xff, 0xd8, 0xff]), output.indexOf('10 0 obj'));
      expect((await sharp(output.subarray(start)).raw().toBuffer()).equals(before)).toBe(true);
    }
  });

  it('have texts taken out of their colour profiles', async () => {
    const profile = srgbProfile([{ signature: 'dmnd', data: iccDesc(`/home/jo/${SECRET}`) }]);
    const bytes = buildPdf({ jpeg: JPEG, objects: [flate(10, '/N 3', profile)], resources: '/ColorSpace <</a [/ICCBased 10 0 R]>>' });
    await goes(bytes, STRICT);
  });

  it.each([
    ['encrypted', { trailer: '/Encrypt <</Filter /Standard>>' }, 'pdf-encrypted'],
    [
      'signed',
      {
        objects: [object(10, '<</FT /Sig /T (s) /V <</Type /Sig /Filter /a /Contents <00> /ByteRange [0 1 2 3]>>>>')],
        catalog: '/AcroForm <</Fields [10 0 R] /SigFlags 3>>',
        trailer: '/ID [(a) (b)]',
      },
      'pdf-signed',
    ],
    ['a picture that cannot be read', { jpeg: Buffer.from('no picture') }, 'pdf-picture'],
    ['a dynamic form', { catalog: '/NeedsRendering true /AcroForm <</XFA (x)>>' }, 'pdf-xfa'],
    ['a drawing that Illustrator edits', { page: '/PieceInfo <</Illustrator <</Private (x)>>>>' }, 'pdf-illustrator'],
    [
      'a stream of a wrong length',
      { objects: [object(10, '<</Length 2>>\nstream\nabcdef\nendstream')], catalog: '/OpenAction 10 0 R' },
      'pdf-stream',
    ],
    ['two entries of one key', { page: '/Rotate 0 /Rotate 90' }, 'pdf-object'],
    ['no catalogue', { root: '55 0 R' }, 'pdf-pages'],
  ])('are refused where they are %s', (_, options, code) => {
    expect(refusal(buildPdf({ jpeg: JPEG, ...options }), STRICT)).toBe(code);
  });

  it('are refused where a viewer would have to repair them', () => {
    const bytes = buildPdf({ jpeg: JPEG });
    const text = bytes.toString('latin1');
    expect(refusal(Buffer.from(text.replace(/startxref\n\d+/, 'startxref\n7'), 'latin1'), STRICT)).toBe('pdf-object');
    expect(refusal(Buffer.from(text.replace(/(\d{10}) 00000 n/, '0000000016 00000 n'), 'latin1'), STRICT)).toBe('pdf-object');
    expect(refusal(bytes.subarray(0, bytes.length - 60), STRICT)).toBe('pdf-xref');
    expect(refusal(Buffer.from('%PDF-1.4\n'), STRICT)).toBe('pdf-xref');
  });

  it('have objects that start on the line before, and are written with an end of line between them', async () => {
    const text = buildPdf({ jpeg: JPEG, objects: [object(10, `<</Author (${SECRET}) /Title (b)>>`)], trailer: '/Info 10 0 R' }).toString(
      'latin1',
    );
    const early = text.replace(/(\d{10}) 00000 n/g, (_, offset: string) => `${String(Number(offset) - 1).padStart(10, '0')} 00000 n`);
    const output = await scrub(Buffer.from(early, 'latin1'), removing('copyright'));
    expect(output.toString('latin1')).toMatch(/endobj\s+10 0 obj\n<<\/Title \(b\)>>\nendobj/);
    if (CHECKED) expect(drawn(output)).toBe(drawn(Buffer.from(text, 'latin1')));
  });

  const nested = (count: number): PdfOptions => {
    const numbers = Array.from({ length: count }, (_, index) => index + 10);
    return {
      catalog: `/Dests [${numbers.map((number) => `${number} 0 R`).join(' ')}]`,
      gap: `${numbers.map((number) => `${number} 0 obj (`).join('')}${'x'.repeat(200_000)}${') endobj '.repeat(count)}\n`,
    };
  };
  it.each([
    ['values in values without an end', { catalog: `/Dests ${'['.repeat(9999)}${']'.repeat(9999)}` }, 'limit-nestingDepth'],
    ['a name without an end', { catalog: `/Dests /${'a'.repeat(9999)}` }, 'limit-payloadBytes'],
    ['pages in a loop', { objects: [object(10, '<</Type /Pages /Kids [10 0 R]>>')], root: '<</Pages 10 0 R>>' }, 'pdf-pages'],
    ['sections in a loop', { trailer: '/Prev 9' }, 'pdf-xref'],
  ])('are refused in time: %s', (_, options, code) => {
    expect(refusal(buildPdf(options), STRICT)).toBe(code);
  });

  it('are refused in time: objects that lie in one another', () => {
    const count = 400;
    const { gap = '', catalog = '' } = nested(count);
    const text = buildPdf({ gap, catalog }).toString('latin1');
    const rows = Array.from(
      { length: count },
      (_, index) => `${index + 10} 1\n${String(text.indexOf(`${index + 10} 0 obj (`)).padStart(10, '0')} 00000 n \n`,
    );
    const start = text.lastIndexOf('xref\n0');
    const bytes = Buffer.from(text.replace('trailer\n', `${rows.join('')}trailer\n`), 'latin1');
    expect(bytes.indexOf('xref\n0')).toBe(start);
    expect(['limit-payloadBytes', 'pdf-overlap']).toContain(refusal(bytes, STRICT));
  });
});
