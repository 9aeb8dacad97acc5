import assert from 'node:assert/strict';
import { RealClock } from '../../../src/scheduler/clock/index.ts';

describe('real time', () => {
  it('never calls back before its time', async () => {
    const clock = new RealClock();
    const atMs = clock.nowMs() + 3.5;
    const calledMs = await new Promise<number>((resolve) => {
      clock.schedule(atMs, () => resolve(clock.nowMs()));
    });
    assert.ok(calledMs >= atMs);
  });

  it('calls back for a time that is over, but not at once', async () => {
    const clock = new RealClock();
    let returned = false;
    const called = new Promise<boolean>((resolve) => {
      clock.schedule(0, () => resolve(returned));
    });
    returned = true;
    assert.equal(await called, true);
  });

  it('waits for times that are further off than a timer can wait', async () => {
    const clock = new RealClock();
    let called = false;
    const cancel = clock.schedule(clock.nowMs() + 2 ** 33, () => {
      called = true;
    });
    await new Promise<void>((resolve) => {
      clock.schedule(clock.nowMs() + 5, resolve);
    });
    cancel();
    assert.equal(called, false);
  });

  it('does not call back what was called off', async () => {
    const clock = new RealClock();
    let called = false;
    const cancel = clock.schedule(clock.nowMs() + 1, () => {
      called = true;
    });
    cancel();
    await new Promise<void>((resolve) => {
      clock.schedule(clock.nowMs() + 5, resolve);
    });
    assert.equal(called, false);
    assert.throws(() => clock.schedule(Number.NaN, () => undefined), RangeError);
  });
});
