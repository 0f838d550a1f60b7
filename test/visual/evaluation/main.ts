import { LocalEngine } from '../../../src/visual/engine.js';
import type { LookRequest } from '../../../src/visual/request.js';
import { codeSet } from './code-set.js';
import { faceSet } from './face-set.js';
import { addTo, emptyScore, type Labelled, precisionOf, recallOf, type Score } from './score.js';
import { screenSet } from './screen-set.js';
import { textSet } from './text-set.js';

/** What is promised: at least so much of what is there is found. */
const TARGETS: Readonly<Record<string, number>> = { text: 0.98, codes: 0.97, 'faces, upright': 0.95, 'faces, turned': 0.85 };

const NOTHING: LookRequest = {
  faces: false,
  text: false,
  codes: false,
  place: false,
  models: {},
  regions: [],
  background: undefined,
  colour: [0, 0, 0],
};

const SETS: Readonly<Record<string, { make(): Promise<Labelled[]>; readonly request: LookRequest }>> = {
  text: {
    make: async () => [...(await textSet()), ...(await screenSet())],
    request: { ...NOTHING, text: { what: 'sensitive', custom: [] } },
  },
  codes: { make: codeSet, request: { ...NOTHING, codes: true } },
  faces: { make: faceSet, request: { ...NOTHING, faces: true } },
};

const MOST_LISTED = 40;

/** Prints recall and precision of each detector, with what was missed. Exit code 1 where a target is not met. */
async function main(wanted: readonly string[]): Promise<number> {
  const engine = new LocalEngine();
  const scores = new Map<string, Score>();
  for (const [name, { make, request }] of Object.entries(SETS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const labelled of await make()) {
      const score = scores.get(labelled.group) ?? emptyScore();
      scores.set(labelled.group, score);
      const seen = await engine.look(labelled.picture, request);
      addTo(score, labelled, seen.detections);
    }
  }
  console.log('| detector | things | found | recall | target | detections | wrong | precision |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  let failed = scores.size === 0;
  for (const [group, score] of scores) {
    const target = TARGETS[group] as number;
    failed ||= recallOf(score) < target || score.truths === 0;
    console.log(
      `| ${group} | ${score.truths} | ${score.found} | ${percent(recallOf(score))} | ${percent(target)} | ${score.detections} | ${score.wrong} | ${percent(precisionOf(score))} |`,
    );
  }
  for (const [group, { misses, falseAlarms }] of scores) {
    list(`missed (${group})`, misses);
    list(`found where nothing is (${group})`, falseAlarms);
  }
  return failed ? 1 : 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  console.log(`\n${title}: ${lines.length}`);
  for (const line of lines.slice(0, MOST_LISTED)) console.log(`  ${line}`);
  if (lines.length > MOST_LISTED) console.log(`  and ${lines.length - MOST_LISTED} more`);
}

process.exitCode = await main(process.argv.slice(2));
