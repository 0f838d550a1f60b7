import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real and adversarial images that lie beside a checkout, never in it. */
const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url));

export const CORPUS = `${SHARED}/corpus`;
export const ADVERSARIAL = `${SHARED}/adversarial/files`;

export const haveCorpus = existsSync(`${CORPUS}/manifest.json`);
export const haveAdversarial = existsSync(`${ADVERSARIAL}/manifest.json`);

/** What a suite's name adds where its images are missing, so that a skip is never silent. */
export const corpusNote = haveCorpus ? '' : ' [SKIPPED: ../shared/corpus is not here]';
export const adversarialNote = haveAdversarial ? '' : ' [SKIPPED: ../shared/adversarial is not here]';

export interface CorpusFile {
  readonly file: string;
  readonly format: string;
  readonly sha256: string;
  readonly flags: readonly string[];
  readonly warnings: readonly string[];
  /** Category → tag as ExifTool names it → value. */
  readonly categories: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The corpus files of the given formats, or of all where none is given; none where the corpus is missing. */
export function corpusFiles(...formats: readonly string[]): CorpusFile[] {
  if (!haveCorpus) return [];
  const manifest = JSON.parse(readFileSync(`${CORPUS}/manifest.json`, 'utf8')) as { files: CorpusFile[] };
  return formats.length === 0 ? manifest.files : manifest.files.filter(({ format }) => formats.includes(format));
}

export interface AdversarialCanary {
  readonly where: string;
  readonly kind: 'text' | 'bin';
  readonly value?: string;
  readonly forms?: readonly string[];
  readonly advisory: boolean;
}

export interface AdversarialCase {
  readonly id: string;
  readonly file_hex: string;
  readonly format: string;
  readonly expect: string;
  readonly allow: readonly string[];
  readonly must_decode: boolean;
  readonly keep: readonly string[];
  readonly canaries: readonly AdversarialCanary[];
}

export function adversarialCases(): AdversarialCase[] {
  if (!haveAdversarial) return [];
  return (JSON.parse(readFileSync(`${ADVERSARIAL}/manifest.json`, 'utf8')) as { cases: AdversarialCase[] }).cases;
}
