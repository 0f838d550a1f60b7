import type { Decision, Finding } from '../../core/decision.js';
import type { FormatId, Inspection } from '../../core/format.js';
import type { Judgement, Verdict } from '../../core/judgement.js';
import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { planOf } from '../../policy/decide.js';

type PlainVerdict = Exclude<Verdict, { kind: 'violates' }> | { readonly kind: 'violates' };

/** A part without what only the thread that read it can do with it. */
interface CarriedPart extends Omit<Part, 'value' | 'children' | 'payload' | 'coarsenable'> {
  /** Unsealed between two threads of one process, sealed again on arrival; only what tells of place and time. */
  readonly value?: string;
  readonly children?: readonly CarriedPart[];
}

/** A judgement as plain data: what is known, without what only the thread that read the file can do with it. */
export interface CarriedJudgement {
  readonly artifact: string;
  readonly verdict: PlainVerdict;
  readonly format?: FormatId;
  readonly decisions: readonly (Omit<Decision, 'part'> & { readonly part: CarriedPart })[];
  readonly findings: readonly Finding[];
  readonly inspection?: Omit<Inspection, 'parts'> & { readonly parts: readonly CarriedPart[] };
}

/** `tellsPlace`: whether the parts go along, with the values that say where and when. No other value leaves its thread. */
export function carryJudgement(
  { artifact, verdict, format, decisions, findings, inspection }: Judgement,
  tellsPlace: boolean,
): CarriedJudgement {
  return {
    artifact,
    verdict: verdict.kind === 'violates' ? { kind: 'violates' } : verdict,
    ...(format === undefined ? {} : { format }),
    decisions: decisions.filter(({ action }) => action.kind !== 'keep').map(({ part, ...rest }) => ({ ...rest, part: bare(part) })),
    findings,
    ...(inspection === undefined || !tellsPlace ? {} : { inspection: carryInspection(inspection) }),
  };
}

/** The judgement again. Its plan knows what goes; the edits that carry it out come on their own. */
export function judgementOf({ verdict, decisions, inspection, ...rest }: CarriedJudgement): Judgement {
  const made = decisions.map(({ part, ...decision }) => ({ ...decision, part: partOf(part) }));
  return {
    ...rest,
    verdict: verdict.kind === 'violates' ? { kind: 'violates', plan: planOf(made) } : verdict,
    decisions: made,
    ...(inspection === undefined ? {} : { inspection: { ...inspection, parts: inspection.parts.map(partOf) } }),
  };
}

/** A reader keeps more in what it found than the interface says; the pixels themselves are of no use elsewhere. */
function carryInspection({ format, mediaType, parts, picture }: Inspection): NonNullable<CarriedJudgement['inspection']> {
  const { width, height, orientation, frameCount } = picture;
  return { format, mediaType, picture: { width, height, orientation, frameCount, pixels: [] }, parts: parts.map(withValues) };
}

function bare({ path, carrier, category, region: { byteOffset, byteLength }, required }: Part): CarriedPart {
  return { path, carrier, category, region: { byteOffset, byteLength }, required };
}

function withValues(part: Part): CarriedPart {
  const { value, children } = part;
  const tells = part.category === 'location' || part.category === 'time';
  return {
    ...bare(part),
    ...(value === undefined || !tells ? {} : { value: value.reveal() }),
    ...(children === undefined ? {} : { children: children.map(withValues) }),
  };
}

function partOf({ value, children, ...rest }: CarriedPart): Part {
  return {
    ...rest,
    ...(value === undefined ? {} : { value: seal(value) }),
    ...(children === undefined ? {} : { children: children.map(partOf) }),
  };
}
