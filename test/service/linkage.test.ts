import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/core/judgement.js';
import type { Part } from '../../src/core/part.js';
import type { FileResult } from '../../src/core/result.js';
import { seal } from '../../src/core/sealed.js';
import { jsonLinks, prettyLinks } from '../../src/report/links.js';
import { styleFor } from '../../src/report/style.js';
import { Linkage } from '../../src/service/linkage.js';

function leaf(path: string, value: string): Part {
  const region = { byteOffset: 0, byteLength: 1 };
  return { path, carrier: 'Exif', category: 'device', region, required: false, value: seal(value) };
}

function result(artifact: string, leaves: readonly (readonly [string, string])[], more: Partial<FileResult> = {}): FileResult {
  const region = { byteOffset: 0, byteLength: 1 };
  const children = leaves.map(([path, value]) => leaf(`APP1#0/${path}`, value));
  const parts: Part[] = [{ path: 'APP1#0', carrier: 'Exif', category: 'rendering', region, required: false, children }];
  const picture = { width: 1, height: 1, orientation: 1, frameCount: 1, pixels: [] };
  const inspection = { format: 'jpeg' as const, mediaType: 'image/jpeg', parts, picture };
  const judgement: Judgement = { artifact, verdict: { kind: 'clean' }, inspection, decisions: [], findings: [] };
  return { artifact, status: 'clean', judgement, notes: [], ...more };
}

function joined(results: readonly FileResult[], options: ConstructorParameters<typeof Linkage>[0] = {}): string[] {
  const linkage = new Linkage(options);
  for (const each of results) linkage.add(each);
  return linkage.links().links.map(({ kind, files }) => `${kind}: ${files.join(' ')}`);
}

describe('files', () => {
  it.each([
    ['body-serial', 'Exif/ExifIFD/BodySerialNumber', 'XMP/aux:SerialNumber'],
    ['body-serial', 'Exif/ExifIFD/MakerNote/SerialNumber', 'Exif/IFD0/CameraSerialNumber'],
    ['internal-serial', 'Exif/ExifIFD/MakerNote/InternalSerialNumber', 'Exif/ExifIFD/MakerNote/InternalSerialNumber'],
    ['lens-serial', 'Exif/ExifIFD/LensSerialNumber', 'XMP/exifEX:LensSerialNumber'],
    ['image-id', 'Exif/ExifIFD/ImageUniqueID', 'Exif/ExifIFD/ImageUniqueID'],
    ['document-id', 'XMP/xmpMM:OriginalDocumentID', 'XMP/xmpMM:DocumentID#1'],
    ['document-id', 'XMP/xmpMM:InstanceID', 'XMP/xmpMM:DerivedFrom/stRef:instanceID'],
    ['content-id', 'Exif/ExifIFD/MakerNote/ContentIdentifier', 'moov/meta/com.apple.quicktime.content.identifier'],
    ['burst-id', 'Exif/ExifIFD/MakerNote/BurstUUID', 'XMP/GCamera:BurstID'],
    ['owner', 'Exif/ExifIFD/CameraOwnerName', 'Exif/ExifIFD/MakerNote/OwnerName'],
    ['host', 'Exif/IFD0/HostComputer', 'Exif/IFD0/HostComputer'],
  ])('are joined by the same %s', (kind, first, second) => {
    const files = [result('a', [[first, 'CANARY-1']]), result('b', [[second, ' canary-1\0']]), result('c', [[first, 'CANARY-2']])];
    expect(joined(files)).toEqual([`${kind}: a b`]);
  });

  it.each(['', '0', '0000000000', '    ', 'Unknown', 'N/A', '-----', 'xxxxxxxx', '00000000-0000-0000-0000-000000000000', '\0\0\0\0', '12'])(
    'are not joined by %j',
    (value) => {
      const leaves = [['Exif/ExifIFD/BodySerialNumber', value]] as const;
      expect(joined([result('a', leaves), result('b', leaves)])).toEqual([]);
    },
  );

  it('are not joined across kinds, with themselves, or with their own sidecar', () => {
    expect(
      joined([result('a', [['Exif/ExifIFD/BodySerialNumber', '4711']]), result('b', [['Exif/ExifIFD/LensSerialNumber', '4711']])]),
    ).toEqual([]);
    const twice = [
      ['XMP/xmpMM:DocumentID', 'xmp.did:4711'],
      ['XMP/xmpMM:OriginalDocumentID', 'uuid:4711'],
    ] as const;
    expect(joined([result('a', twice), result('a.xmp', twice, { sidecarOf: 'a' })])).toEqual([]);
    expect(joined([result('a', twice), result('a.xmp', twice, { sidecarOf: 'a' }), result('b', twice)])).toEqual(['document-id: a b']);
  });

  it('are grouped in the same order whatever the secret of the run', () => {
    const files = ['a', 'b', 'c', 'd'].map((name, index) =>
      result(name, [
        ['Exif/IFD0/HostComputer', 'one-host'],
        ['Exif/ExifIFD/BodySerialNumber', index % 2 === 0 ? 'even-serial' : 'odd-serial'],
        ['Exif/ExifIFD/LensSerialNumber', index < 3 ? 'lens-serial' : 'other'],
      ]),
    );
    const expected = ['body-serial: a c', 'body-serial: b d', 'lens-serial: a b c', 'host: a b c d'];
    for (let run = 0; run < 5; run++) expect(joined(files)).toEqual(expected);
  });

  it('are reported without the value, unless it is asked for', () => {
    const report = (reveal: boolean): string => {
      const linkage = new Linkage({ reveal });
      for (const name of ['a', 'b']) linkage.add(result(name, [['Exif/ExifIFD/BodySerialNumber', 'CANARY-4711']]));
      const style = styleFor({ isTTY: false }, {});
      return [...prettyLinks(linkage.links(), style, false), JSON.stringify(jsonLinks(linkage.links())), JSON.stringify(linkage)].join(
        '\n',
      );
    };
    expect(report(false)).toContain('2 files are joined by the same body serial number: a, b');
    expect(report(false)).not.toContain('4711');
    expect(report(true)).toContain('(CANARY-4711)');
  });

  it('are one group where several values join the same', () => {
    const ids = [
      ['XMP/xmpMM:DocumentID', 'doc-4711'],
      ['XMP/xmpMM:OriginalDocumentID', 'orig-4711'],
    ] as const;
    const linkage = new Linkage({ reveal: true });
    for (const name of ['a', 'b']) linkage.add(result(name, ids));
    expect(jsonLinks(linkage.links())).toEqual({
      linksIncomplete: false,
      links: [{ kind: 'document-id', files: ['a', 'b'], count: 2, values: ['DOC-4711', 'ORIG-4711'] }],
    });
  });

  it('beyond what memory is for are said to be unlooked at', () => {
    const linkage = new Linkage({ maxValues: 2 });
    for (const serial of ['111-A', '222-B', '333-C', '333-C', '111-A'])
      linkage.add(result(serial, [['Exif/ExifIFD/BodySerialNumber', serial]]));
    expect(linkage.links().links.map(({ files }) => files)).toEqual([['111-A', '111-A']]);
    expect(linkage.links().incomplete).toBe(true);
  });
});
