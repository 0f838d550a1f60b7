// Run as a process of its own, with the disk that the test gives it: what the daemon does from its start until it is ready, on folders
// with one picture in each. Arguments: how (`once`, or `failing:ERRNO:GOES_ON:STRIDE`), then folders of worlds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deliveries } from '../../../src/doors/watch/deliveries.js';
import type { WatchEvent } from '../../../src/doors/watch/events.js';
import { runWatch } from '../../../src/doors/watch/run.js';
import { lookAndScrub } from '../../../src/engine/scrub.js';
import { stateFolder } from '../../../src/io/state/state-folder.js';
import { presetPolicy } from '../../../src/policy/presets.js';
import { DEFAULT_VAULT_SETTINGS } from '../../../src/policy/watch-settings.js';
import { reasonOf } from '../../../src/service/file-job.js';
import { Journal } from '../../../src/service/journal/journal.js';
import type { WorldKind } from './world.js';

/** From the preload: which of the calls from now on fails. Returns how many there were since the last call of this. */
declare const failAt: ((at: number, errno: string, goesOn: boolean) => number) | undefined;

const [how, ...worlds] = process.argv.slice(2) as [string, ...string[]];

async function start(world: string): Promise<WatchEvent[]> {
  const kind = JSON.parse(readFileSync(join(world, 'kind.json'), 'utf8')) as WorldKind;
  const path = join(world, 'in');
  const vault = { ...DEFAULT_VAULT_SETTINGS, on: kind.vault !== 'off', encrypt: kind.vault === 'encrypted' };
  const folder = {
    path,
    recursive: true,
    mode: kind.mode,
    vault: vault.on,
    ...(kind.mode === 'outbox' ? { outbox: join(world, 'out') } : {}),
  };
  const state = stateFolder({ EXIFENCE_STATE_DIR: join(world, 'state') });
  const deliveries = new Deliveries([folder], state, vault);
  const journal = new Journal(state.room('journal'));
  const events: WatchEvent[] = [];
  const stop = new AbortController();
  try {
    await deliveries.recover(journal);
    await deliveries.tidyVault();
    await runWatch({
      folders: [folder],
      deliveryFor: (file, given) => deliveries.deliveryFor(file, given),
      onDelivered: (file, delivered) => deliveries.onDelivered(file, delivered),
      journal,
      jobFor: async () => ({ enforce: 'fix', look: (source) => lookAndScrub(source, OPTIONS) }),
      reasonOf,
      log: (event) => {
        events.push(event);
        if (event.kind === 'ready') stop.abort();
      },
      signal: stop.signal,
      settleMs: 20,
      giveUpMs: 100,
    });
  } finally {
    journal.close();
  }
  return events;
}

const OPTIONS = {
  artifact: 'a.jpg',
  name: Buffer.from('a.jpg'),
  policy: presetPolicy('strict').effectiveFor(undefined),
  now: () => '2026-11-23T00:00:00Z',
  tool: 'test',
};

async function once(): Promise<void> {
  for (const world of worlds) await start(world);
}

/** The n-th world has its n-th call fail, or the n-th of every few; what came of it is printed, a line of JSON for each. */
async function failing(errno: string, goesOn: boolean): Promise<void> {
  for (const [index, world] of worlds.entries()) {
    failAt?.(index * Number(stride ?? 1) + 1, errno, goesOn);
    let outcome = 'ready';
    let events: WatchEvent[] = [];
    try {
      events = await start(world);
    } catch (error) {
      outcome = `${(error as Error).name} ${(error as { code?: string }).code ?? (error as Error).stack}`;
    }
    const calls = failAt?.(0, errno, false);
    const bugs = events.filter(({ kind }) => kind === 'bug').map((event) => JSON.stringify(event));
    process.stdout.write(`${JSON.stringify({ outcome, bugs, calls, kinds: events.map(({ kind }) => kind) })}\n`);
  }
}

const [word, errno, goesOn, stride] = how.split(':') as [string, string?, string?, string?];
(word === 'failing' ? failing(errno ?? 'EIO', goesOn === '1') : once()).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
