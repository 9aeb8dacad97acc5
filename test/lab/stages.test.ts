import assert from 'node:assert/strict';
import { armsOf } from '../../src/lab/arms.ts';
import { labSchema, quicken } from '../../src/lab/lab-spec.ts';
import { plannedSeconds, programmingArms, sittingsOf, sweepArms } from '../../src/lab/stages.ts';

function labWith(spec: Record<string, unknown>) {
  return labSchema.parse({
    apiVersion: 'kubedyno.dev/v1alpha1',
    kind: 'Lab',
    metadata: { name: 'test' },
    spec: {
      manifests: ['web.yaml'],
      arms: [{ mode: 'direct' }, { mode: 'nftables' }, { mode: 'ipvs', schedulers: ['wrr', 'rr', 'mh'] }],
      services: [10, 1, 1000],
      ...spec,
    },
  });
}

const ids = (arms: readonly { readonly id: string }[]): string[] => arms.map(({ id }) => id);

describe('the stages of a lab', () => {
  it('measure exchanges at the smallest and the largest Service count, or at the largest only', () => {
    const exchanging = (at: string): number[] =>
      sittingsOf(labWith({ latency: { at } }).spec)
        .filter(({ stages }) => stages.some(({ kind }) => kind === 'latency'))
        .map(({ services }) => services);
    assert.deepEqual(exchanging('ends'), [1, 1000]);
    assert.deepEqual(exchanging('largest'), [1000]);
  });

  for (const [schedulersAt, below, above, programmed] of [
    ['balance', 1, 1, 1],
    ['largest', 1, 3, 1],
    ['everywhere', 3, 3, 3],
  ] as const) {
    it(`with schedulersAt: ${schedulersAt} have as many IPVS arms as that says`, () => {
      const { spec } = labWith({ schedulersAt });
      const arms = armsOf(spec);
      const ipvs = (chosen: readonly { readonly id: string }[]) =>
        ids(chosen).filter((id) => id.startsWith('ipvs')).length;
      assert.equal(ipvs(sweepArms(spec, 10, arms)), below);
      assert.equal(ipvs(sweepArms(spec, 1000, arms)), above);
      assert.equal(ipvs(programmingArms(spec, arms)), programmed);
    });
  }

  it('let rr stand for the schedulers, keep the control, and program nothing for the direct path', () => {
    const { spec } = labWith({});
    const arms = armsOf(spec);
    assert.deepEqual(ids(sweepArms(spec, 1, arms)), ['direct', 'nftables', 'ipvs-rr', 'direct-control']);
    assert.deepEqual(ids(programmingArms(spec, arms)), ['nftables', 'ipvs-rr']);
  });

  it('of a quick lab take a fraction of the time over two Service counts', () => {
    const lab = labWith({ services: [1, 1000, 10_000] });
    const quick = quicken(lab);
    assert.deepEqual(
      sittingsOf(quick.spec).map(({ services }) => services),
      [1, 2000],
    );
    assert.ok(plannedSeconds(quick.spec) < plannedSeconds(lab.spec) / 6);
    assert.deepEqual(labSchema.parse(quick), quick, 'it is a lab like any other');
  });
});
