import { buildIptc } from '../../support/iptc.js';
import { buildPhotoshop, thumbnailResource } from '../../support/photoshop.js';
import { buildPsd, luni, PACKED_ROW, type PsdSpec, packedRows, psdBlock, shmd } from '../../support/psd.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const psd = (row: string, place: string, build: (hide: Hide) => PsdSpec): MatrixRow => ({
  row,
  place,
  extension: 'psd',
  build: (hide) => buildPsd(build(hide)),
});

export const PSD_ROWS: readonly MatrixRow[] = [
  psd('111', 'image resources: IPTC, Exif, XMP, caption, paths', (hide) => ({
    resources: buildPhotoshop([
      { id: 0x0404, data: buildIptc([[2, 80, hide.text()]]) },
      { id: 0x0422, data: buildExif({ artist: hide.text(), serial: hide.text() }) },
      { id: 0x0424, data: Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)) },
      { id: 0x03f0, data: hide.bytes() },
      { id: 0x07d0, name: hide.text(), data: Buffer.alloc(26) },
    ]),
  })),
  psd('111a', 'image resources: thumbnail, slices, printer, history, unknown', (hide) => ({
    resources: buildPhotoshop([
      { id: 0x040c, data: thumbnailResource(hide.bytes()) },
      { id: 0x041a, data: hide.utf16() },
      { id: 0x043a, data: hide.bytes() },
      { id: 0x043b, data: hide.utf16() },
      { id: 0x0fa0, data: hide.bytes() },
    ]),
  })),
  psd('111b', 'names and times of layers', (hide) => ({
    layers: [{ name: hide.text(), blocks: [luni(hide.text()), shmd(hide.bytes())] }, { blocks: [luni(hide.text())] }],
  })),
  psd('111c', 'notes, content credentials, prompts, unknown blocks', (hide) => ({
    layers: [{ blocks: [psdBlock('xxxx', hide.bytes())] }],
    blocks: ['Anno', 'CAI ', 'GenI', 'cinf'].map((key) => psdBlock(key, hide.bytes())),
  })),
  psd('111d', 'hidden layers', (hide) => ({ layers: [{}, { isHidden: true, blocks: [psdBlock('TySh', hide.bytes())] }] })),
  psd('111e', 'files that layers show', (hide) => ({ layers: [{}], blocks: [psdBlock('lnk2', hide.bytes())] })),
  psd('111f', 'behind the merged picture and in the section of layers', (hide) => ({
    layers: [{}],
    layerPadding: hide.bytes(),
    sectionRest: hide.bytes(),
    tail: hide.bytes(),
  })),
  psd('111g', 'a PSB', (hide) => ({
    isLarge: true,
    layersIn: 'Lr16',
    layers: [{ blocks: [luni(hide.text())] }],
    resources: buildPhotoshop([{ id: 0x0424, data: Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)) }]),
    tail: hide.bytes(),
  })),
  psd('111h', 'within packed rows and behind the rows of a layer', (hide) => ({
    layers: [{ channelTail: hide.bytes() }, { rows: [Buffer.concat([PACKED_ROW, hide.bytes()]), PACKED_ROW] }],
    merged: packedRows([Buffer.concat([PACKED_ROW, hide.bytes()]), ...Array.from({ length: 5 }, () => PACKED_ROW)]),
  })),
  psd('111i', 'text layers', (hide) => ({ layers: [{ blocks: [psdBlock('TySh', hide.bytes())] }] })),
];
