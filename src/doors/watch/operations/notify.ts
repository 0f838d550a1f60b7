import type { CategoryCounts, WatchEvent } from '../events.js';

/** Shows one message on the desktop. Never throws. */
export type Show = (title: string, message: string) => void;

/** More than one message in this time is a nuisance: the rest is summed up in the next. */
const QUIET_MS = 5_000;

/** What a person calls the categories. */
const WORDS: Readonly<Record<string, string>> = {
  location: 'where it was taken',
  device: 'device ids',
  camera: 'camera',
  person: 'people',
  time: 'times',
  text: 'text',
  'ai-prompt': 'AI prompts',
  software: 'software',
  preview: 'previews',
  provenance: 'provenance',
  hidden: 'hidden data',
  copyright: 'copyright',
};

/** Tells on the desktop what was removed: categories and numbers, no values. */
export class Notifier {
  #pictures = 0;
  #removed: Record<string, number> = {};
  #unproven = 0;
  #held = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly show: Show,
    private readonly quietMs: number = QUIET_MS,
  ) {}

  onEvent(event: WatchEvent): void {
    if (event.kind === 'cleaned' && Object.keys(event.removed).length > 0) {
      this.#pictures++;
      this.#add(event.removed);
    } else if (event.kind === 'unreadable' || event.kind === 'violates' || event.kind === 'held-on') this.#unproven++;
    else if (event.kind === 'held') this.#held++;
    else return;
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(200, this.#lastMs + this.quietMs - performance.now()));
    this.#timer.unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #add(removed: CategoryCounts): void {
    for (const [category, count] of Object.entries(removed)) this.#removed[category] = (this.#removed[category] ?? 0) + count;
  }

  #tell(): void {
    const lines: string[] = [];
    const what = Object.keys(this.#removed).map((category) => WORDS[category] ?? category);
    if (this.#pictures > 0) lines.push(`${count(this.#pictures, 'picture')} cleaned. Removed: ${what.join(', ')}.`);
    if (this.#held > 0) lines.push(`${count(this.#held, 'picture')} held back.`);
    if (this.#unproven > 0) lines.push(`${count(this.#unproven, 'file')} could not be proven clean: see exifence status.`);
    this.#pictures = this.#held = this.#unproven = 0;
    this.#removed = {};
    this.#timer = undefined;
    this.#lastMs = performance.now();
    this.show('exifence', lines.join('\n'));
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The system's own way to show a message. */
export async function desktop(): Promise<Show> {
  const { default: notifier } = await import('node-notifier');
  return (title, message) => {
    try {
      notifier.notify({ title, message, wait: false }, () => undefined);
    } catch {
      // No desktop is no reason to stop.
    }
  };
}
