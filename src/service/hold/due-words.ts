import type { HoldClock } from './clock.js';
import { dueMs, type HeldRecord } from './record.js';

/** When and why a picture will appear: `in 23h 59m`, `until a newer picture was taken 2 km away, or in 6d 23h`. */
export function untilWords(record: HeldRecord, clock: HoldClock): string {
  const { hold, quarantined } = record;
  if (record.ending?.kind === 'reject') return 'being rejected';
  const due = dueMs(record);
  const left = due === undefined ? undefined : durationWords(due - clock.nowMs());
  if (quarantined) return left === undefined || left === 'now' ? 'released by hand' : `released by hand, not before ${left}`;
  if (hold === undefined || left === undefined) return 'released by hand';
  if (hold.kind === 'time') return left;
  return left === 'now' ? left : `a newer picture is taken ${distanceWords(hold.distanceM)} away, or ${left}`;
}

/** `in 2d 3h`: the two greatest units. `now` where nothing is left. */
export function durationWords(ms: number): string {
  if (ms <= 0) return 'now';
  const seconds = Math.ceil(ms / 1000);
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
    [1, 's'],
  ];
  const words: string[] = [];
  let rest = seconds;
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || words.length > 0) words.push(`${count}${unit}`);
    if (words.length === 2) break;
  }
  return `in ${words.filter((word, index) => index === 0 || !word.startsWith('0')).join(' ')}`;
}

function distanceWords(distanceM: number): string {
  return distanceM >= 1000 ? `${Number((distanceM / 1000).toFixed(3))} km` : `${distanceM} m`;
}
