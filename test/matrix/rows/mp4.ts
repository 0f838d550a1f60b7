import { buildJpeg } from '../../support/jpeg.js';
import {
  box,
  type FilmOptions,
  film,
  fullBox,
  internationalText,
  itunesMeta,
  keysMeta,
  track,
  u16,
  u32,
  visualEntry,
  xmpUuid,
} from '../../support/mp4.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

/** Two frames of motion JPEG: what any decoder can tell to be the same, and any program can put into a new file. */
const FRAMES: readonly Buffer[] = [0, 4].map((restartInterval) => buildJpeg({ kind: 'color', width: 64, height: 48, restartInterval }));

/** ISO/IEC 14496-1 7.2.6: an elementary stream of ISO/IEC 10918-1 (0x6C), visual. */
const MOTION_JPEG = Buffer.from('0315000000040d6c110000000000000000000000060102', 'hex');
const JPEG_ENTRY = { type: 'mp4v', configType: 'esds', config: Buffer.concat([Buffer.alloc(4), MOTION_JPEG]) } as const;

const movie = (row: string, place: string, options: (hide: Hide) => FilmOptions): MatrixRow => ({
  row,
  place,
  extension: 'mp4',
  build: (hide) => {
    const { video, ...rest } = options(hide);
    return film({ samples: FRAMES, video: { entry: visualEntry(JPEG_ENTRY), ...video }, ...rest });
  },
});

const udta = (...items: readonly Uint8Array[]): Buffer => box('udta', ...items);

/** The description of samples that hold one key. */
const keyed = (key: string): Buffer =>
  box('mebx', Buffer.alloc(6), u16(1), box('keys', box(u32(1).toString('latin1'), box('keyd', Buffer.from(`mdta${key}`)))));

export const MP4_ROWS: readonly MatrixRow[] = [
  movie('116', 'udta: place, maker and model of QuickTime', (hide) => ({
    inMovie: [
      udta(
        internationalText('xyz', `+48.8583+002.2944/${hide.text()}`),
        internationalText('mak', hide.text()),
        internationalText('mod', hide.text()),
      ),
    ],
  })),
  movie('116a', 'Keys: location, make, model, date', (hide) => ({
    inMovie: [
      keysMeta([
        ['com.apple.quicktime.location.ISO6709', `+48.8583+002.2944/${hide.text()}`],
        ['com.apple.quicktime.make', hide.text()],
        ['com.apple.quicktime.model', hide.text()],
        ['com.apple.quicktime.creationdate', `2024-06-01T10:11:12+0200 ${hide.text()}`],
      ]),
    ],
  })),
  movie('116b', 'udta of a track, location of 3GPP', (hide) => ({
    video: { inTrack: [udta(fullBox('loci', 0, 0, u16(0x15c7), hide.bytes(), Buffer.alloc(15)))] },
  })),
  movie('117', 'Keys: content identifier of a live photo', (hide) => ({
    inMovie: [keysMeta([['com.apple.quicktime.content.identifier', hide.text()]])],
  })),
  movie('117a', 'Keys: name, body and note of a place; a key of nobody, and its name', (hide) => ({
    inMovie: [
      keysMeta(
        [
          ['com.apple.quicktime.location.name', hide.text()],
          ['com.apple.quicktime.location.body', hide.text()],
          ['com.apple.quicktime.location.note', hide.text()],
          [`org.example.${hide.text()}`, hide.text()],
        ],
        [`org.example.${hide.text()}`],
      ),
    ],
  })),
  movie('118', 'times of mvhd, tkhd and mdhd', (hide) => ({ times: [hide.seconds(), hide.seconds()] })),
  movie('119', 'a track of timed metadata with places', (hide) => ({
    other: { sample: hide.bytes(), entry: keyed('com.apple.quicktime.location.ISO6709'), handlerName: hide.bytes() },
  })),
  movie('119a', 'telemetry of a camera (gpmd), and the name of its handler', (hide) => ({
    other: { sample: hide.bytes(), entry: box('gpmd', Buffer.alloc(6), u16(1)), handlerName: hide.bytes() },
  })),
  movie('119b', 'subtitles that tell places', (hide) => ({
    other: { handler: 'text', sample: Buffer.from(`GPS(48.85837, 2.29448) ${hide.text()}`), entry: box('text', Buffer.alloc(52)) },
  })),
  movie('119c', 'blocks of GPS between the frames (freeGPS)', (hide) => ({
    between: Buffer.concat([u32(64), Buffer.from('freeGPS '), hide.bytes(), Buffer.alloc(16)]),
  })),
  movie('120', 'XMP in a uuid box', (hide) => ({ after: [xmpUuid(Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)))] })),
  movie('120a', 'iTunes items', (hide) => ({
    inMovie: [
      udta(
        itunesMeta([
          ['\xa9nam', hide.text()],
          ['\xa9too', hide.text()],
          ['----', hide.text()],
        ]),
      ),
    ],
  })),
  movie('120b', 'boxes of makers and programs: Xtra, smta, a serial number, a private uuid', (hide) => ({
    inMovie: [udta(box('Xtra', hide.bytes()), box('smta', hide.bytes()), box('CAME', hide.bytes()))],
    after: [box('uuid', Buffer.alloc(16, 0x2a), hide.bytes())],
  })),
  movie('120c', 'free and skip boxes that hold something', (hide) => ({
    before: [box('free', hide.bytes())],
    inMovie: [box('skip', hide.bytes())],
  })),
  movie('121', 'bytes of mdat that no sample lies in', (hide) => ({ between: hide.bytes() })),
  movie('121a', 'a second mdat, and a second moov with a frame in it', (hide) => {
    const scene = box('mdat', hide.bytes());
    const gone = track({ id: 7, sampleSizes: [8], chunkOffsets: [8], handlerName: hide.bytes() });
    return { after: [scene, box('moov', gone)] };
  }),
  movie('122', 'names of handler, compressor and vendor', (hide) => ({
    video: { handlerName: hide.bytes(), entry: visualEntry({ ...JPEG_ENTRY, name: hide.text(), inner: [box('Note', hide.bytes())] }) },
  })),
  movie('122a', 'a cover picture', (hide) => ({
    inMovie: [udta(itunesMeta([['covr', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 30]), hide.bytes()])]]))],
  })),
  movie('122b', 'a chapter list and its track', (hide) => ({
    inMovie: [udta(fullBox('chpl', 1, 0, u32(0), Buffer.from([1]), Buffer.alloc(8), Buffer.from([18]), hide.bytes()))],
    other: { handler: 'text', sample: Buffer.concat([u16(18), hide.bytes()]), entry: box('text', Buffer.alloc(52)) },
    video: { inTrack: [box('tref', box('chap', u32(2)))] },
  })),
  movie('123', 'bytes behind the last box', (hide) => ({ tail: Buffer.concat([u32(5), Buffer.from('tail'), hide.bytes()]) })),
];
