// Run as a process of its own: takes one picture one step further, with the disk that the test gives it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lookAndScrub } from '../../../src/engine/scrub.js';
import { stateFolder } from '../../../src/io/state/state-folder.js';
import { presetPolicy } from '../../../src/policy/presets.js';
import { DEFAULT_VAULT_SETTINGS } from '../../../src/policy/watch-settings.js';
import { InPlaceDelivery } from '../../../src/service/delivery/in-place.js';
import type { HeldIndex } from '../../../src/service/hold/held-index.js';
import { HoldDelivery } from '../../../src/service/hold/hold-delivery.js';
import { lookNow } from '../../../src/service/hold/look-now.js';
import { openHeld } from '../../../src/service/hold/open-room.js';
import { rejectPicture } from '../../../src/service/hold/reject.js';
import { type ReleaseTools, releasePicture } from '../../../src/service/hold/release.js';
import { ReceiptLog } from '../../../src/service/receipts/log.js';
import { Vault } from '../../../src/service/vault/vault.js';

const [step, folder, state, original] = process.argv.slice(2) as [string, string, string, 'moved' | 'left'];

interface World {
  readonly index: HeldIndex;
  readonly tools: ReleaseTools;
}

function world(): World {
  const held = stateFolder({ EXIFENCE_STATE_DIR: state });
  const index = openHeld(held, () => true);
  const vault = new Vault(held.room('vault'), DEFAULT_VAULT_SETTINGS);
  return {
    index,
    tools: { room: index.room, released: index.released, lookNow, vaultFor: () => vault, receipts: new ReceiptLog(held.room('receipts')) },
  };
}

async function hold({ index }: World): Promise<string> {
  index.refresh();
  if (!existsSync(join(folder, 'a.jpg'))) return 'known';
  const delivery = new HoldDelivery({
    index,
    atOnce: new InPlaceDelivery({}),
    terms: {
      folder,
      quarantined: true,
      leavesOriginal: original === 'left',
      ...(original === 'left' ? { outputOf: () => Buffer.from(join(folder, '../out/a.jpg')) } : {}),
      policy: 'strict',
      policyFolder: folder,
      vaultSettings: DEFAULT_VAULT_SETTINGS,
    },
    onNewest: () => undefined,
    onHeld: () => undefined,
  });
  const options = {
    artifact: 'a.jpg',
    name: Buffer.from('a.jpg'),
    policy: presetPolicy('strict').effectiveFor(undefined),
    now: () => '2026-11-23T00:00:00Z',
    tool: 'test',
  };
  const { done, known } = await delivery.deliver(Buffer.from(join(folder, 'a.jpg')), (source) => lookAndScrub(source, options));
  return done?.event ?? (known === true ? 'known' : 'nothing');
}

async function run(): Promise<string> {
  const { index, tools } = world();
  if (step === 'hold') return hold({ index, tools });
  const [record] = index.room.list().records;
  if (record === undefined) return 'nothing';
  return (step === 'release' ? await releasePicture(record.id, tools) : await rejectPicture(record.id, false, tools)).kind;
}

run().then(
  (outcome) => {
    process.stdout.write(outcome);
    process.exitCode = 0;
  },
  (error: { code?: string; name: string }) => {
    process.stdout.write(`failed ${error.name} ${error.code ?? ''}`);
    process.exitCode = 1;
  },
);
