import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClockReading, HoldClock, systemClock } from '../../../src/service/hold/clock.js';
import { folder } from '../../io/helpers.js';

const HOUR = 3_600_000;

/** A system whose clocks are set by hand. */
function system(start: ClockReading) {
  let now = start;
  return {
    read: () => now,
    pass: (ms: number) => {
      now = { ...now, wallMs: now.wallMs + ms, steadyMs: now.steadyMs + ms };
    },
    setWall: (wallMs: number) => {
      now = { ...now, wallMs };
    },
    restart: (downMs: number) => {
      now = { wallMs: now.wallMs + downMs, steadyMs: 5_000, bootId: `boot ${Math.random()}` };
    },
  };
}
const started = () => system({ wallMs: Date.UTC(2026, 10, 23), steadyMs: 100 * HOUR, bootId: 'first' });

describe('the clock of delays', () => {
  it('goes on with real time, whatever the wall clock is set to while it runs', () => {
    const now = started();
    const clock = new HoldClock(folder(), now.read);
    const from = clock.nowMs();
    now.pass(HOUR);
    now.setWall(Date.UTC(2040, 0));
    expect(clock.nowMs() - from).toBe(HOUR);
    now.setWall(Date.UTC(1970, 0));
    now.pass(HOUR);
    expect(clock.nowMs() - from).toBe(2 * HOUR);
  });

  it('counts what passed between two runs of one start of the system, whatever the wall clock says', async () => {
    const now = started();
    const room = folder();
    const first = new HoldClock(room, now.read);
    const from = first.nowMs();
    now.pass(HOUR);
    await first.save();
    now.pass(3 * HOUR);
    now.setWall(Date.UTC(2050, 0));
    expect(new HoldClock(room, now.read).nowMs() - from).toBe(4 * HOUR);
    now.setWall(Date.UTC(1999, 0));
    expect(new HoldClock(room, now.read).nowMs() - from).toBe(4 * HOUR);
  });

  it('relies on the wall clock over a restart of the system, and never goes back', async () => {
    const now = started();
    const room = folder();
    const first = new HoldClock(room, now.read);
    const from = first.nowMs();
    now.pass(HOUR);
    await first.save();
    now.restart(5 * HOUR);
    expect(new HoldClock(room, now.read).nowMs() - from).toBe(6 * HOUR);
    now.setWall(Date.UTC(1970, 0));
    const backwards = new HoldClock(room, now.read);
    expect(backwards.nowMs() - from).toBe(HOUR);
    now.pass(HOUR);
    expect(backwards.nowMs() - from).toBe(2 * HOUR);
  });

  it('relies on the wall clock between two runs where the system names no starts', async () => {
    const now = system({ wallMs: 1e12, steadyMs: 10 });
    const room = folder();
    const first = new HoldClock(room, now.read);
    const from = first.nowMs();
    await first.save();
    now.pass(2 * HOUR);
    expect(new HoldClock(room, now.read).nowMs() - from).toBe(2 * HOUR);
  });

  it('starts anew where its stamp is torn, and keeps it private', async () => {
    const now = started();
    const room = folder();
    for (const text of ['', '{"heldMs":', 'null', '{"heldMs":"x"}', '[]']) {
      writeFileSync(join(room, 'clock.json'), text);
      expect(new HoldClock(room, now.read).nowMs()).toBe(now.read().wallMs);
    }
    await new HoldClock(room, now.read).save();
    expect(JSON.parse(readFileSync(join(room, 'clock.json'), 'utf8'))).toMatchObject({ bootId: 'first' });
  });

  it('reads the real clocks', () => {
    const first = systemClock();
    expect(first.wallMs).toBeGreaterThan(Date.UTC(2024, 0));
    expect(systemClock().steadyMs).toBeGreaterThanOrEqual(first.steadyMs);
    if (process.platform === 'linux') expect(first.bootId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
