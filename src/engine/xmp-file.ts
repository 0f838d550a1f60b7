import { MemorySource } from '../bytes/memory-source.js';
import { FormatError, isReaderError, LimitError } from '../core/error.js';
import type { Judgement } from '../core/judgement.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { Receipt, ReceiptDecision } from '../core/receipt.js';
import type { Look } from '../core/rewrite.js';
import type { Source } from '../core/source.js';
import { locateFrom } from '../metadata/reading.js';
import { readXmp, type XmpReading } from '../metadata/xmp/read-xmp.js';
import { decide, planOf } from '../policy/decide.js';
import { sha256Of, sha256OfPieces } from './digest.js';
import { findingsOf } from './findings.js';
import { unreadableOf } from './judge.js';
import type { JudgeOptions, ScrubOptions } from './options.js';
import { ProofError } from './prove.js';
import { allOf } from './whole.js';

/** A packet that says nothing: what is left of a file whose every property goes. */
const EMPTY_PACKET = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>\n';

/** What a name claims and the bytes do not show may be read by another program all the same. */
const NO_PACKET = [
  'its name says XMP, but it holds no packet that can be read',
  'have the program that made it write it again, or keep it out of what you share',
] as const;

interface Opened {
  readonly judgement: Judgement;
  readonly reading?: XmpReading;
}

/** Judges a file that is one XMP packet (a sidecar), property by property. */
export function judgeXmpFile(source: Source, options: JudgeOptions): Judgement {
  return open(source, options).judgement;
}

/** As `lookAndScrub`, for a file that is one XMP packet: it is written anew from the properties that stay. */
export function lookAndScrubXmpFile(source: Source, options: ScrubOptions): Look<Judgement, Receipt> {
  const { judgement, reading } = open(source, options);
  if (judgement.verdict.kind !== 'violates' || reading === undefined) return { outcome: judgement };
  const bytes = reading.payload.rewrite(judgement.verdict.plan) ?? Buffer.from(EMPTY_PACKET);
  const replacement = { pieces: [bytes], verify: async (output: Source) => prove(source, judgement, output, options) };
  return { outcome: judgement, replacement };
}

function open(source: Source, options: JudgeOptions): Opened {
  const { artifact } = options;
  try {
    const reading = read(source, options);
    const decisions = decide(reading.parts, options.policy);
    if (decisions.every(({ action }) => action.kind === 'keep'))
      return { judgement: { artifact, verdict: { kind: 'clean' }, decisions, findings: [] } };
    if (reading.packets.some(({ isOpaque }) => isOpaque)) throw new FormatError('bad-xmp', 0, ...NO_PACKET);
    const contentSha256 = options.allowed === undefined && options.fingerprints !== true ? undefined : sha256Of(source);
    const entry = contentSha256 === undefined ? undefined : options.allowed?.(contentSha256);
    const findings = findingsOf(decisions, options.fingerprints === true ? contentSha256 : undefined);
    if (entry !== undefined)
      return { judgement: { artifact, verdict: { kind: 'allowed', reason: entry.reason, owner: entry.owner }, decisions, findings } };
    return { judgement: { artifact, verdict: { kind: 'violates', plan: planOf(decisions) }, decisions, findings }, reading };
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return { judgement: { artifact, verdict: { kind: 'unreadable', unreadable: unreadableOf(error) }, decisions: [], findings: [] } };
  }
}

function read(source: Source, options: JudgeOptions): XmpReading {
  const limits = options.limits ?? DEFAULT_LIMITS;
  if (source.byteLength > limits.payloadBytes) throw new LimitError('payloadBytes', 0, `more than ${limits.payloadBytes} bytes of XMP`);
  const context = { limits, depth: 0, readEmbedded: () => undefined };
  return readXmp(allOf(source), { path: 'XMP', locate: locateFrom(0), context });
}

function prove(source: Source, judgement: Judgement, output: Source, options: ScrubOptions): Receipt {
  const written = new MemorySource(allOf(output));
  const after = open(written, { ...options, allowed: () => undefined }).judgement;
  if (after.verdict.kind === 'unreadable')
    throw new ProofError('unreadable-output', `it does not read back: ${after.verdict.unreadable.message}`);
  const left = after.findings[0];
  if (left !== undefined) throw new ProofError('residue', `${left.at} (${left.category}) is still there`, left.byteOffset);
  const decisions: ReceiptDecision[] = [];
  for (const { part, action, rule } of judgement.decisions)
    if (action.kind !== 'keep') decisions.push({ at: part.path, category: rule, action: action.kind });
  return {
    schema: 'exifence/receipt@1',
    artifact: options.artifact,
    format: 'xmp',
    before: { sha256: sha256Of(source), sizeBytes: source.byteLength },
    after: { sha256: sha256Of(output), sizeBytes: output.byteLength },
    // A sidecar has none.
    pixels: { sha256: sha256OfPieces([]), reencoded: false },
    policySha256: options.policy.sha256,
    tool: options.tool,
    decisions,
    at: options.now(),
  };
}
