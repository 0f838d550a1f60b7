import { displayPath } from '../../core/display.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { FileResult, PolicyNote } from '../../core/result.js';
import { pathKey } from '../../io/git/index-entries.js';
import { inWorkTree, type Repository } from '../../io/git/repository.js';
import { isFile, type StagedEntry, treeEntries } from '../../io/git/staged.js';
import { examplesOf } from '../../policy/glob.js';
import { loosenings } from '../../policy/loosened.js';
import { ALLOW_FOLDER, allowedBy, POLICY_FILE_NAMES } from '../../policy/paths.js';
import type { Policy } from '../../policy/types.js';
import { policiesIn } from '../blobs/engine-judge.js';

/** As many paths as overrides are tried on. */
const MOST_EXAMPLES = 1000;

/** As many images as are asked what a changed policy says of them. */
const MOST_PATHS = 5000;

/**
 * What a change does to the rules that it is itself held against: policies that let more pass than those of its base, and new
 * exceptions. It is judged by the base's all the same; that it would loosen them is for people to see. Throws `GitError`, `PolicyError`.
 */
export async function loosenedBy(repository: Repository, base: string, head: string): Promise<FileResult[]> {
  const wanted = (key: string): boolean => isPolicyFile(key) || isException(key) || /\.ya?ml$/i.test(key);
  const [before, after] = [entriesAt(repository, base, wanted), entriesAt(repository, head, wanted)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key)?.oid !== after.get(key)?.oid);
  if (changed.length === 0) return [];
  const notes = new Map<string, PolicyNote[]>();
  const note = (file: string, ruleId: string, message: string): void => {
    const known = notes.get(file) ?? [];
    if (known.every((other) => other.message !== message)) known.push({ ruleId, message });
    notes.set(file, known);
  };
  for (const key of changed)
    if (isException(key) && after.has(key))
      note(key, 'exifence/policy-loosened', before.has(key) ? 'the change alters an exception' : 'the change adds an exception');
  if (changed.some((key) => !isException(key))) await compare(repository, base, head, note);
  return [...notes].map(([key, policyNotes]) => {
    const nameBytes = Buffer.from(key, 'latin1');
    return {
      artifact: displayPath(nameBytes),
      nameBytes,
      status: 'skipped',
      policyNotes,
      notes: policyNotes.map(({ message }) => message),
    };
  });
}

async function compare(
  repository: Repository,
  base: string,
  head: string,
  note: (file: string, ruleId: string, message: string) => void,
): Promise<void> {
  const images = [...entriesAt(repository, head, mayBeImageKey).values()].slice(0, MOST_PATHS).map(({ path }) => path);
  const folders = [...entriesAt(repository, head, isPolicyFile).keys(), ...entriesAt(repository, base, isPolicyFile).keys()].map((key) =>
    Buffer.from(`${key.slice(0, key.lastIndexOf('/') + 1)}any.jpg`, 'latin1'),
  );
  const [was, is] = [policiesIn(repository, { treeish: base, isFixed: true }), policiesIn(repository, { treeish: head, isFixed: true })];
  const fallback = POLICY_FILE_NAMES[0];
  const known = new Set<string>();
  const places = [...folders, Buffer.from('any.jpg'), ...images].map((path) => inWorkTree(repository, path));
  // What overrides name may be yet to come: each is asked about by a path of its own.
  const named = new Set<string>();
  for (const place of places) {
    const before = await was.forFile(place);
    let after: typeof before;
    try {
      after = await is.forFile(place);
    } catch {
      note(fallback, 'exifence/policy-loosened', 'the change leaves a policy that cannot be used');
      continue;
    }
    const file = after.policy.rootDirectory === undefined ? before.policy.name : after.policy.name;
    for (const message of loosenings(before.effective, after.effective))
      note(file, 'exifence/policy-loosened', `the change loosens the policy: ${message}`);
    for (const example of [...examplePlaces(before.policy), ...examplePlaces(after.policy)]) {
      if (named.has(example) || named.size >= MOST_EXAMPLES) continue;
      named.add(example);
      places.push(Buffer.from(example));
    }
    if (before.policy.git.sniff === 'content' && after.policy.git.sniff === 'names')
      note(file, 'exifence/policy-loosened', 'the change loosens the policy: git.sniff: content becomes names');
    for (const { sha256 } of after.policy.allow)
      if (!known.has(sha256) && before.policy.allow.every((entry) => entry.sha256 !== sha256))
        note(file, 'exifence/policy-loosened', `the change adds the exception ${sha256.slice(0, 12)}…`);
    for (const { sha256 } of after.policy.allow) known.add(sha256);
  }
}

function examplePlaces({ overrides, rootDirectory }: Policy): string[] {
  return rootDirectory === undefined
    ? []
    : overrides.flatMap(({ paths }) => paths.flatMap(examplesOf)).map((path) => `${rootDirectory}/${path}`);
}

function entriesAt(repository: Repository, treeish: string, wanted: (key: string) => boolean): Map<string, StagedEntry> {
  return new Map(
    treeEntries(repository.place, treeish, wanted)
      .filter(isFile)
      .map((entry) => [pathKey(entry.path), entry]),
  );
}

function mayBeImageKey(key: string): boolean {
  return mayBeImageName(Buffer.from(key, 'latin1'));
}

function isPolicyFile(key: string): boolean {
  return POLICY_FILE_NAMES.some((name) => key === name || key.endsWith(`/${name}`));
}

function isException(key: string): boolean {
  const at = key.lastIndexOf('/');
  return (key.slice(0, at) === ALLOW_FOLDER || key.slice(0, at).endsWith(`/${ALLOW_FOLDER}`)) && allowedBy(key.slice(at + 1)) !== undefined;
}
