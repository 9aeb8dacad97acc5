import assert from 'node:assert/strict';
import { cpusOf, type LoadWords, planLoad } from '../../src/cli/load-plan.ts';
import { LoadError } from '../../src/load/index.ts';

/** What commander makes of no options at all. */
const words: LoadWords = {
  arrivals: 'poisson',
  seed: '1',
  connections: '64',
  duration: '10',
  warmup: '1',
  timeout: '2',
  requestBytes: '64',
};

describe('kubedyno load plans', () => {
  it('a closed loop of 64-byte exchanges on kept connections', () => {
    assert.deepEqual(planLoad('10.96.0.1:80', words), {
      target: { protocol: 'tcp', host: '10.96.0.1', port: 80 },
      slice: {
        mode: 'rr',
        sources: [],
        connections: 64,
        framing: { kind: 'fixed', requestBytes: 64, replyBytes: 64 },
        arrivals: { kind: 'closed' },
        warmupNs: 1e9,
        durationNs: 10e9,
        timeoutNs: 2e9,
      },
    });
  });

  it('an open loop when there is a rate', () => {
    const { slice } = planLoad('10.96.0.1:80', { ...words, rate: '2.5', arrivals: 'constant', seed: '9' });
    assert.deepEqual(slice.arrivals, { kind: 'constant', ratePerSec: 2.5, seed: 9 });
  });

  it('GETs of the path of an http:// target, or of / by --http', () => {
    assert.deepEqual(planLoad('http://web/a', words).slice.framing, { kind: 'http', path: '/a' });
    assert.deepEqual(planLoad('web:80', { ...words, http: true }).slice.framing, { kind: 'http', path: '/' });
  });

  it('datagrams for a udp:// target, or by --mode udp', () => {
    assert.equal(planLoad('udp://dns:53', words).slice.mode, 'udp');
    assert.equal(planLoad('dns:53', { ...words, mode: 'udp' }).slice.mode, 'udp');
  });

  const refusals: readonly (readonly [string, Partial<LoadWords>, RegExp])[] = [
    ['1.2.3.4:80', { rate: '0' }, /^--rate is 0; it must be a number from 0\.001 to 10000000$/],
    ['1.2.3.4:80', { rate: '-5' }, /^--rate is -5;/],
    ['1.2.3.4:80', { rate: 'fast' }, /^--rate is fast;/],
    ['1.2.3.4:80', { rate: '' }, /^--rate is ;/],
    ['1.2.3.4:80', { rate: 'Infinity' }, /^--rate is Infinity;/],
    ['1.2.3.4:80', { arrivals: 'pareto' }, /^--arrivals is pareto; it must be 'constant' or 'poisson'$/],
    ['1.2.3.4:80', { seed: '1.5' }, /^--seed is 1\.5; it must be a whole number/],
    ['1.2.3.4:80', { connections: '0' }, /^--connections is 0;/],
    ['1.2.3.4:80', { duration: '0' }, /^--duration is 0;/],
    ['1.2.3.4:80', { duration: '3601' }, /^--duration is 3601;/],
    ['1.2.3.4:80', { warmup: '-1' }, /^--warmup is -1;/],
    ['1.2.3.4:80', { timeout: '0' }, /^--timeout is 0;/],
    ['1.2.3.4:80', { mode: 'tcp' }, /^--mode is tcp; it must be 'rr', 'crr' or 'udp'$/],
    ['1.2.3.4:80', { replyBytes: '0' }, /^--reply-bytes is 0;/],
    ['udp://1.2.3.4:80', { mode: 'crr' }, /^--mode is crr; it must be 'udp' for this target$/],
    ['http://1.2.3.4', { mode: 'udp' }, /^--mode is udp; it must be 'rr' or 'crr' for this target$/],
    ['udp://1.2.3.4:80', { http: true }, /^--http is given; it must be left out for a udp:\/\/ target$/],
    ['1.2.3.4', {}, /^target '1\.2\.3\.4': it names no port;/],
  ];
  for (const [target, changes, message] of refusals) {
    it(`not ${JSON.stringify(changes)} on ${target}`, () => {
      assert.throws(
        () => planLoad(target, { ...words, ...changes }),
        (error) => error instanceof LoadError && message.test(error.message),
      );
    });
  }

  it('a generator on each CPU asked for, or on the last one', () => {
    assert.deepEqual(cpusOf(words, [0, 1, 2]), [2]);
    assert.deepEqual(cpusOf({ ...words, cpus: '0,1' }, [0, 1, 2]), [0, 1]);
    assert.throws(() => cpusOf({ ...words, cpus: '7' }, [0, 1]), /--cpus is 7; it must be of those .*: 0, 1$/);
    assert.throws(() => cpusOf({ ...words, cpus: 'x' }, [0, 1]), /--cpus is x/);
  });
});
