import type { RuleOrigin } from './decision.js';

/** What a picture itself can show. Policies speak of it in these words, under `visual`. */
const VISUAL = ['faces', 'text', 'codes', 'place', 'background', 'regions'] as const;
type Visual = (typeof VISUAL)[number];

/** One line each for help texts and the JSON Schema. */
export const VISUAL_HELP: Readonly<Record<Visual, string>> = Object.freeze({
  faces: 'faces of people',
  text: 'text that can be read: what rules know as sensitive, or all of it',
  codes: 'QR codes and barcodes',
  place: 'what could tell where the picture was taken: reported, never redacted as such, and never called safe',
  background: 'everything that is no person, and faces of people in it',
  regions: 'the same places in every picture, in percent of its sides or in pixels: filled',
});

/** `keep` does not look, `warn` reports and lets pass, `block` reports and refuses, `redact` changes the pixels where files are scrubbed. */
export const VISUAL_ACTIONS = ['keep', 'warn', 'block', 'redact'] as const;
export type VisualAction = (typeof VISUAL_ACTIONS)[number];

/** How faces are covered. */
export const FACE_STYLES = ['fill', 'pixelate', 'blur'] as const;
type FaceStyle = (typeof FACE_STYLES)[number];

/** What takes the place of the background. */
export const BACKDROPS = ['blur', 'fill', 'picture'] as const;
type BackdropKind = (typeof BACKDROPS)[number];

/** Models that a policy may bring along, and how each must read. */
export const VISUAL_MODELS = Object.freeze({
  faces: 'mediapipe-face',
  persons: 'person-mask',
  'text-lines': 'db-text',
  'text-reader': 'ctc-text',
  landmarks: 'classifier',
} as const);
export type VisualModel = keyof typeof VISUAL_MODELS;

/** A rectangle of the picture as it is shown, in pixels or in percent of its sides. */
export interface VisualRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly unit: 'px' | '%';
}

interface VisualModelFile {
  /** As written in the policy: relative to its folder. */
  readonly path: string;
  readonly sha256: string;
  readonly adapter: string;
}

/** What a policy says about pictures themselves; a key that is absent is not looked at. */
export interface VisualRules {
  readonly faces?: { readonly action: VisualAction; readonly style: FaceStyle; readonly origin: RuleOrigin };
  readonly text?: {
    readonly action: VisualAction;
    readonly what: 'sensitive' | 'all';
    /** RE2 patterns that count as sensitive too. */
    readonly custom: readonly string[];
    readonly origin: RuleOrigin;
  };
  readonly codes?: { readonly action: VisualAction; readonly origin: RuleOrigin };
  readonly place?: { readonly action: Exclude<VisualAction, 'redact'>; readonly origin: RuleOrigin };
  readonly background?: {
    readonly action: VisualAction;
    readonly backdrop: BackdropKind;
    /** As written in the policy, for `picture`. */
    readonly picture?: string;
    readonly origin: RuleOrigin;
  };
  readonly regions?: { readonly boxes: readonly VisualRegion[]; readonly origin: RuleOrigin };
  /** Whether the git hooks look at pictures too: they only ever block. */
  readonly hook?: { readonly looks: boolean; readonly origin: RuleOrigin };
  readonly models?: { readonly files: Readonly<Partial<Record<VisualModel, VisualModelFile>>>; readonly origin: RuleOrigin };
}

/** Where pixels were changed: goes into the receipt. */
export interface VisualReceipt {
  /** Pixels differ from those before: the hash of the receipt is that of the new ones. */
  readonly changed: true;
  /** As shown, in pixels. */
  readonly boxes: readonly {
    readonly rule: string;
    readonly style: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly background?: BackdropKind;
  /** How the written picture was looked at again. */
  readonly proof: {
    readonly rounds: number;
    readonly scales: readonly number[];
    readonly changedOutside: number;
    readonly touchedShare: number;
  };
}

/** What was seen in one picture, for people and machines: kinds and places, never what was read. */
export interface VisualReport {
  readonly width: number;
  readonly height: number;
  readonly seen: readonly {
    readonly rule: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly confidence: number;
  }[];
  /** Signals of place, and what was not looked for. */
  readonly place?: { readonly signals: Readonly<Record<string, number>>; readonly notChecked: readonly string[] };
}
