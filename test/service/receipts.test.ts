import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileEntry, pathFields, pathOf } from '../../src/service/receipts/entry.js';
import { receiptOfContent } from '../../src/service/receipts/find.js';
import { LOG_NAME, ReceiptLog } from '../../src/service/receipts/log.js';
import { verifyLog } from '../../src/service/receipts/verify-log.js';
import { folder } from '../io/helpers.js';

const digest = (index: number): { sha256: string; sizeBytes: number } => ({
  sha256: index.toString(16).padStart(64, '0'),
  sizeBytes: index,
});
const entry = (index: number): FileEntry => ({
  at: '2026-11-23T10:00:00.000Z',
  event: 'cleaned',
  file: `/pictures/${index}.jpg`,
  before: digest(index),
  after: digest(index + 1000),
  removed: { location: index },
  tool: 'exifence',
});

async function written(count: number, rotateBytes?: number): Promise<string> {
  const place = folder();
  const log = new ReceiptLog(place, rotateBytes);
  await Promise.all(Array.from({ length: count }, (_, index) => log.append(entry(index))));
  return place;
}

const linesOf = (place: string): string[] => readFileSync(join(place, LOG_NAME), 'utf8').trimEnd().split('\n');
const put = (place: string, lines: readonly string[]): void => writeFileSync(join(place, LOG_NAME), `${lines.join('\n')}\n`);
const faultsOf = async (place: string): Promise<string[]> =>
  (await verifyLog(place)).faults.map(({ line, message }) => `${line}: ${message}`);

describe('the log of receipts', () => {
  it('is a chain that is found whole', async () => {
    const place = await written(9);
    expect(await verifyLog(place)).toMatchObject({ files: 1, lines: 9, faults: [] });
    expect(linesOf(place).map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Nothing else lies there but where the log ends.
    expect(readdirSync(place).sort()).toEqual(['head.json', LOG_NAME]);
  });

  it.each([
    [
      'a changed line',
      (lines: string[]) => lines.with(3, (lines[3] as string).replace('"location":3', '"location":0')),
      /^5: the line before is not/,
    ],
    ['a removed line', (lines: string[]) => lines.toSpliced(3, 1), /^4: receipt 4 is expected here, and this is 5/],
    ['an added line', (lines: string[]) => lines.toSpliced(3, 0, lines[2] as string), /^4: receipt 4 is expected here, and this is 3/],
    [
      'lines that changed places',
      (lines: string[]) => lines.with(3, lines[4] as string).with(4, lines[3] as string),
      /^4: receipt 4 is expected/,
    ],
    ['a removed end', (lines: string[]) => lines.slice(0, -2), /the log ends with receipt 7, but 9 were written/],
    [
      'a changed end',
      (lines: string[]) => lines.with(8, (lines[8] as string).replace('"location":8', '"location":0')),
      /receipt 9 is not the one that was written/,
    ],
    ['a removed start', (lines: string[]) => lines.slice(1), /^1: receipt 1 is expected here, and this is 2/],
    ['a line that is no JSON', (lines: string[]) => lines.with(2, 'null'), /^3: /],
    ['nothing at all', () => [], /the log ends with receipt 0, but 9 were written/],
  ] as const)('gives %s away', async (_what, change, fault) => {
    const place = await written(9);
    const lines = change(linesOf(place));
    if (lines.length === 0) writeFileSync(join(place, LOG_NAME), '');
    else put(place, lines);
    expect((await faultsOf(place)).join('\n')).toMatch(new RegExp(fault.source, 'm'));
  });

  it('gives away that its files are gone', async () => {
    const place = await written(3);
    rmSync(join(place, LOG_NAME));
    expect(await faultsOf(place)).toEqual([expect.stringContaining('3 were written')]);
  });

  it('tells where a fault lies in bytes', async () => {
    const place = await written(3);
    const lines = linesOf(place);
    put(place, lines.toSpliced(1, 1));
    expect((await verifyLog(place)).faults[0]).toMatchObject({ file: LOG_NAME, line: 2, byteOffset: (lines[0] as string).length + 1 });
  });

  it('takes a line off that was cut short when the power went, and says so', async () => {
    const place = await written(3);
    appendFileSync(join(place, LOG_NAME), '{"seq":4,"prev":"');
    expect(await faultsOf(place)).toEqual(['4: the line is cut short']);
    await new ReceiptLog(place).append(entry(4));
    expect(await faultsOf(place)).toEqual([]);
    expect(linesOf(place).map((line) => JSON.parse(line).event)).toEqual(['cleaned', 'cleaned', 'cleaned', 'log-mended', 'cleaned']);
  });

  it('goes on where the head was not written any more', async () => {
    const place = await written(3);
    const head = readFileSync(join(place, 'head.json'));
    await new ReceiptLog(place).append(entry(3));
    writeFileSync(join(place, 'head.json'), head);
    expect(await faultsOf(place)).toEqual([]);
    await new ReceiptLog(place).append(entry(4));
    expect(await verifyLog(place)).toMatchObject({ lines: 5, faults: [] });
  });

  it('keeps a gap visible that was cut into it', async () => {
    const place = await written(5);
    put(place, linesOf(place).slice(0, 2));
    await new ReceiptLog(place).append(entry(9));
    expect((await faultsOf(place)).join('\n')).toMatch(/receipt 3 is expected here, and this is 6/);
  });

  it('keeps its chain over several files', async () => {
    const place = await written(40, 3_000);
    const report = await verifyLog(place);
    expect(report).toMatchObject({ lines: 40, faults: [] });
    expect(report.files).toBeGreaterThan(2);
    const first = readdirSync(place)
      .filter((name) => name.startsWith('receipts-'))
      .sort()[1] as string;
    rmSync(join(place, first));
    expect((await faultsOf(place)).length).toBeGreaterThan(0);
  });

  it('takes what several writers bring at once', async () => {
    const place = folder();
    const logs = [new ReceiptLog(place), new ReceiptLog(place), new ReceiptLog(place)];
    await Promise.all(Array.from({ length: 30 }, (_, index) => logs[index % 3]?.append(entry(index))));
    expect(await verifyLog(place)).toMatchObject({ lines: 30, faults: [] });
  });

  it('finds the last receipt of a content', async () => {
    const place = await written(5);
    expect(await receiptOfContent(place, digest(1003).sha256)).toMatchObject({ file: '/pictures/3.jpg', event: 'cleaned' });
    expect(await receiptOfContent(place, digest(3).sha256)).toBeUndefined();
  });

  it('writes names down that are no UTF-8', () => {
    const path = Buffer.from([0x2f, 0xff, 0x2e]);
    const fields = pathFields('file', path);
    expect(pathOf(fields.file, fields.fileHex)).toEqual(path);
    expect(pathFields('file', Buffer.from('/é'))).toEqual({ file: '/é' });
  });
});
