import { displayPath } from '../../core/display.js';
import { claimedFamily } from '../../core/image-names.js';
import type { FileResult } from '../../core/result.js';
import { sha256Of } from '../../engine/digest.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { directoryOf, nameOf, siblingOf } from '../../io/path-bytes.js';
import { renameSet } from '../../io/rename-set.js';
import type { EffectivePolicy } from '../../policy/types.js';
import type { JobMode } from '../file-job.js';
import { dayFor, namesBy } from './file-names.js';
import type { FolderIndex } from './folder-index.js';

type CopyMode = Extract<JobMode, { kind: 'copy' }>;

/** Names pictures anew by the policy's template, with all that belongs to them. */
export class Renamer {
  readonly #moved = new Map<string, Buffer>();
  /** Where `{n}` counts on, by folder and template: a folder of many pictures is not counted through for each. */
  readonly #counts = new Map<string, number>();

  constructor(private readonly folders: FolderIndex) {}

  /** Where a file is that was seen under this path when the run began. */
  nowAt(path: Buffer): Buffer {
    return this.#moved.get(latin1(path)) ?? path;
  }

  /** Renames in place. What cannot be renamed is a violation that stays. */
  async rename(path: Buffer, judged: FileResult, policy: EffectivePolicy): Promise<FileResult> {
    const members = this.#membersOf(path);
    try {
      const { sha256, mtimeNs } = contentOf(path);
      for (const { target, n, countKey } of this.#targets(path, { sha256, mtimeNs }, policy)) {
        const name = nameOf(target);
        const renamings = members.map((from) => ({ from, to: siblingOf(from, renamedLike(nameOf(from), nameOf(path), name)) }));
        try {
          await renameSet(renamings);
        } catch (error) {
          if (error instanceof IoError && error.code === 'exists') continue;
          throw error;
        }
        this.#counts.set(countKey, n + 1);
        for (const { from, to } of renamings) this.#moved.set(latin1(from), to);
        return this.#renamed(judged, target, members.length - 1);
      }
      throw new IoError('exists', 'every name that the template gives is taken', 'put {hash8} into the template');
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      const note = `not renamed: ${error.message}; ${error.hint}`;
      return { ...judged, status: judged.status === 'would-fix' ? 'violates' : judged.status, notes: [...judged.notes, note] };
    }
  }

  #renamed(judged: FileResult, target: Buffer, along: number): FileResult {
    const beyond = judged.beyond?.map((finding) => (finding.beyond === 'filename' ? { ...finding, mended: true } : finding)) ?? [];
    return {
      ...judged,
      status: judged.status === 'would-fix' || judged.status === 'clean' ? 'fixed' : judged.status,
      beyond,
      output: displayPath(target),
      outputBytes: target,
      notes: along === 0 ? judged.notes : [...judged.notes, `renamed with ${along} ${along === 1 ? 'file' : 'files'} that belong to it`],
    };
  }

  /** A mode that gives the copy a name by the template. */
  copyMode(path: Buffer, mode: CopyMode, policy: EffectivePolicy): CopyMode {
    const paths = function* (this: Renamer, copy: { readonly sha256: string; readonly mtimeNs: bigint }): Generator<Buffer> {
      for (const { target, n, countKey } of this.#targets(path, copy, policy)) {
        this.#counts.set(countKey, n);
        yield siblingOf(mode.target, nameOf(target));
      }
    };
    return { ...mode, targets: paths.bind(this) };
  }

  /** The name for the copy of a sidecar, beside the copy of its picture. */
  nameBeside(picture: Buffer, sidecar: Buffer, copied: FileResult): Buffer {
    return copied.outputBytes === undefined
      ? nameOf(sidecar)
      : renamedLike(nameOf(sidecar), nameOf(picture), nameOf(Buffer.from(copied.outputBytes)));
  }

  *#targets(path: Buffer, { sha256, mtimeNs }: { readonly sha256: string; readonly mtimeNs: bigint }, policy: EffectivePolicy) {
    const template = policy.beyond.filename.action.template as string;
    const name = nameOf(path);
    const countKey = `${template}\0${latin1(directoryOf(path))}`;
    const first = template.includes('{n}') ? (this.#counts.get(countKey) ?? 1) : 1;
    const fields = { sha256, extension: claimedFamily(name) === undefined ? '' : extensionOf(latin1(name)), day: dayFor(name, mtimeNs) };
    for (const { name, n } of namesBy(template, fields, policy, first)) yield { target: siblingOf(path, Buffer.from(name)), n, countKey };
  }

  #membersOf(picture: Buffer): Buffer[] {
    const pictures = [picture, ...this.folders.partnersOf(picture)];
    const all = pictures.flatMap((path) => [path, ...this.folders.sidecarsOf(path).map((sidecar) => sidecar.path)]);
    return all.map((path) => this.nowAt(path));
  }
}

function contentOf(path: Buffer): { sha256: string; mtimeNs: bigint } {
  const source = openFileSource(path);
  try {
    return { sha256: sha256Of(source), mtimeNs: source.stat.mtimeNs };
  } finally {
    source.close();
  }
}

/** The name of a file that belongs to a picture, after that has got another: stem for stem, ending kept. */
function renamedLike(name: Buffer, picture: Buffer, renamed: Buffer): Buffer {
  const [own, old, now] = [latin1(name), latin1(picture), latin1(renamed)];
  const prefix = own.startsWith('._') ? '._' : '';
  const rest = own.slice(prefix.length);
  const starts = (start: string): boolean => rest.slice(0, start.length).toLowerCase() === start.toLowerCase();
  const oldStem = withoutExtension(old);
  const nowStem = withoutExtension(now);
  if (starts(old)) return Buffer.from(prefix + now + rest.slice(old.length), 'latin1');
  if (starts(oldStem)) return Buffer.from(prefix + nowStem + rest.slice(oldStem.length), 'latin1');
  // A name that was cut, or has a letter put in: only its ending is its own.
  return Buffer.from(prefix + (rest.endsWith('.json') ? now : nowStem) + extensionOf(rest), 'latin1');
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}

function withoutExtension(name: string): string {
  return name.slice(0, name.length - extensionOf(name).length);
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}
