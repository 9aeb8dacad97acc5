import assert from 'node:assert/strict';
import { type LoadOptions, runLoad } from '../../../native/traffic/index.ts';
import { createHistogram } from '../../../src/stats/index.ts';
import { slice } from '../../support/load.ts';

function options(changes: Partial<Record<keyof LoadOptions, unknown>>): LoadOptions {
  const good: LoadOptions = {
    ...slice(9),
    response: createHistogram(),
    service: createHistogram(),
    lateness: createHistogram(),
    stop: new Int32Array(1),
  };
  return { ...good, ...changes } as LoadOptions;
}

describe('the load engine refuses', () => {
  const refusals: readonly (readonly [string, Partial<Record<keyof LoadOptions, unknown>>, RegExp])[] = [
    ['an unknown mode', { mode: 'tcp' }, /load options\.mode is 'tcp'; use 'rr', 'crr' or 'udp'/],
    ['a target that is no address', { target: { ip: 'localhost', port: 80 } }, /'localhost' is not an IP address/],
    ['port 0', { target: { ip: '127.0.0.1', port: 0 } }, /target\.port is 0/],
    ['no connections', { connections: 0 }, /connections is 0; it must be from 1/],
    ['half a connection', { connections: 1.5 }, /connections is 1\.5; it must be an integer/],
    ['a rate of 0', { arrivals: { kind: 'poisson', ratePerSec: 0, seed: 1 } }, /ratePerSec is 0/],
    ['a negative rate', { arrivals: { kind: 'constant', ratePerSec: -1, seed: 1 } }, /ratePerSec is -1/],
    ['a rate that is not a number', { arrivals: { kind: 'constant', ratePerSec: Number.NaN, seed: 1 } }, /ratePerSec/],
    ['unknown arrivals', { arrivals: { kind: 'pareto' } }, /use 'closed', 'constant' or 'poisson'/],
    ['no duration', { durationNs: 0 }, /durationNs is 0/],
    ['HTTP over UDP', { mode: 'udp', framing: { kind: 'http', path: '/' } }, /UDP takes 'fixed' framing only/],
    ['a path that is none', { framing: { kind: 'http', path: 'x y' } }, /path is 'x y'; it must begin with '\/'/],
    ['an empty reply', { framing: { kind: 'fixed', requestBytes: 1, replyBytes: 0 } }, /replyBytes is 0/],
    ['a histogram of another layout', { service: new Float64Array(10) }, /service must be a Float64Array of 4352/],
    ['a histogram that is none', { lateness: [] }, /lateness must be a Float64Array/],
    ['an empty stop flag', { stop: new Int32Array(0) }, /stop must be an Int32Array with an element/],
    ['a source that is no text', { sources: [7] }, /every source must be an IP address/],
    ['a source that is no address', { sources: ['10.0.0'] }, /'10\.0\.0' is not an IP address/],
    ['no options at all', { target: undefined }, /target must be an object/],
  ];
  for (const [name, changes, message] of refusals) {
    it(name, () => {
      assert.throws(() => runLoad(options(changes)), message);
    });
  }

  it('a source address that is not this host’s, as the kernel does', () => {
    assert.throws(() => runLoad(options({ sources: ['192.0.2.1'] })), /cannot bind to a source address of the load/);
  });
});
