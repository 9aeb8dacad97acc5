import assert from 'node:assert/strict';
import fc from 'fast-check';
import { VirtualClock } from '../../../src/scheduler/clock/index.ts';

describe('virtual time', () => {
  it('stands still until it is told to go on', () => {
    const clock = new VirtualClock(500);
    let ran = false;
    clock.schedule(500, () => {
      ran = true;
    });
    assert.equal(clock.nowMs(), 500);
    assert.equal(ran, false);
    clock.advanceTo(500);
    assert.equal(ran, true);
  });

  it('runs callbacks in order of their time, and of one time in the order in which they were scheduled', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 40 }), (times) => {
        const clock = new VirtualClock();
        const ran: { readonly atMs: number; readonly place: number }[] = [];
        for (const [place, atMs] of times.entries()) {
          clock.schedule(atMs, () => ran.push({ atMs: clock.nowMs(), place }));
        }
        assert.equal(clock.runUntilIdle(), times.length);
        const expected = times.map((atMs, place) => ({ atMs, place })).sort((a, b) => a.atMs - b.atMs);
        assert.deepEqual(ran, expected);
      }),
    );
  });

  it('runs what a callback schedules, and at once what is late', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(10, () => {
      clock.schedule(3, () => ran.push(`late at ${clock.nowMs()}`));
      clock.schedule(15, () => ran.push(`later at ${clock.nowMs()}`));
      clock.schedule(25, () => ran.push('too late'));
    });
    clock.advanceTo(20);
    assert.deepEqual(ran, ['late at 10', 'later at 15']);
    assert.equal(clock.nowMs(), 20);
    assert.equal(clock.nextEventMs(), 25);
  });

  it('forgets what was called off, also from within another callback', () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const cancelLater = clock.schedule(2, () => ran.push(2));
    const cancelNow = clock.schedule(1, () => {
      ran.push(1);
      cancelLater();
      cancelNow();
    });
    clock.schedule(3, () => ran.push(3));
    clock.runUntilIdle();
    cancelLater();
    assert.deepEqual(ran, [1, 3]);
    assert.equal(clock.nextEventMs(), undefined);
  });

  it('stops at a limit', () => {
    const clock = new VirtualClock();
    const tick = (): void => {
      clock.schedule(clock.nowMs() + 10, tick);
    };
    tick();
    assert.equal(clock.runUntilIdle(95), 9);
    assert.equal(clock.nowMs(), 90);
  });

  it('cannot go back, nor be moved by a callback', () => {
    const clock = new VirtualClock(10);
    assert.throws(() => clock.advanceTo(9), RangeError);
    assert.throws(() => clock.advanceTo(Number.NaN), RangeError);
    assert.throws(() => clock.schedule(Number.POSITIVE_INFINITY, () => undefined), RangeError);
    clock.schedule(11, () => clock.advanceTo(12));
    assert.throws(() => clock.runUntilIdle(), /cannot move the clock/);
  });

  it('goes on after a callback that throws', () => {
    const clock = new VirtualClock();
    let ran = 0;
    clock.schedule(1, () => {
      throw new Error('broken');
    });
    clock.schedule(2, () => {
      ran += 1;
    });
    assert.throws(() => clock.runUntilIdle(), /broken/);
    clock.runUntilIdle();
    assert.equal(ran, 1);
  });
});
