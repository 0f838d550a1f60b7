import type { Unreadable } from '../../core/judgement.js';
import { nameOf } from '../../io/path-bytes.js';
import { FolderIndex } from '../../service/beyond/folder-index.js';
import { sidecarName } from '../../service/beyond/sidecar-kinds.js';
import type { Policies } from '../../service/policies.js';

/**
 * What is told of a file that belongs to a picture and is none itself, where the policy has a word on such files: the daemon leaves them
 * as they are. Programs write them anew while they show the picture, so that a daemon that changed them would never come to rest.
 * Thumbnail files and videos of live photos are cleaned as the pictures and videos that they are.
 */
export async function besideOf(path: Buffer, policies: Policies): Promise<Unreadable | undefined> {
  const said = sidecarName(nameOf(path).toString('latin1').toLowerCase());
  // Files of a folder as a whole are written at every visit; a word on each of them would be noise.
  if (said?.of === undefined || said.kind.reading === 'image') return undefined;
  const { effective } = await policies.forFile(path);
  if (effective.beyond.sidecar.action.kind === 'keep' || new FolderIndex().roleOf(path).kind !== 'sidecar') return undefined;
  return {
    code: 'unsupported-sidecar',
    byteOffset: 0,
    message: `${said.kind.what}: the daemon does not look into files that belong to a picture`,
    hint: 'exifence scrub on its folder cleans XMP and reports the others; or say beyond: { sidecar: keep }',
  };
}
