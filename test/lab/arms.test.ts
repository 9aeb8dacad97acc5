import assert from 'node:assert/strict';
import type { KernelReport } from '../../src/kernel/types.ts';
import { armsOf, selectArms } from '../../src/lab/arms.ts';
import { labSchema } from '../../src/lab/lab-spec.ts';

function specOf(arms: unknown[]) {
  return labSchema.parse({
    apiVersion: 'kubedyno.dev/v1alpha1',
    kind: 'Lab',
    metadata: { name: 'test' },
    spec: { manifests: ['web.yaml'], arms },
  }).spec;
}

describe('arms of a lab', () => {
  it('are one for each mode and each IPVS scheduler, without repeats', () => {
    const arms = armsOf(specOf([{ mode: 'nftables' }, { mode: 'ipvs', schedulers: ['rr', 'mh', 'rr'] }]));
    assert.deepEqual(
      arms.map(({ id }) => id),
      ['nftables', 'ipvs-rr', 'ipvs-mh'],
    );
  });

  it('have a control where there is a direct arm', () => {
    const arms = armsOf(specOf([{ mode: 'direct' }]));
    assert.deepEqual(arms.at(-1), { id: 'direct-control', mode: 'direct', control: true });
  });

  it('are left out with the reason and remedy of the capability that is missing', () => {
    const report: KernelReport = {
      kernel: 'host',
      capabilities: [
        { name: 'netns', state: 'available' },
        { name: 'nftables', state: 'available' },
        { name: 'ipvs', state: 'missing', reason: 'no IPVS', remedy: 'modprobe ip_vs' },
      ],
    };
    const arms = armsOf(specOf([{ mode: 'nftables' }, { mode: 'ipvs', schedulers: ['rr'] }]));
    const { selected, omitted } = selectArms(arms, 'host', report);
    assert.deepEqual(
      selected.map(({ id }) => id),
      ['nftables'],
    );
    assert.deepEqual(omitted, [
      { type: 'omitted', kernel: 'host', what: 'ipvs-rr', reason: 'no IPVS', remedy: 'modprobe ip_vs' },
    ]);
  });
});
