import assert from 'node:assert/strict';
import { createDirectDataPlane } from '../../src/proxy/direct/data-plane.ts';
import { createIptablesDataPlane } from '../../src/proxy/iptables/data-plane.ts';
import { createNftablesDataPlane } from '../../src/proxy/nftables/data-plane.ts';
import type { DataPlane } from '../../src/proxy/types.ts';
import { inPrivateNetns, needNetns, skipBecause } from '../support/namespaces.ts';
import { whyNoIptablesNft, whyNoLegacy, whyNoNftables } from './kernel-support.ts';
import { oneOfEach } from './sample-services.ts';

describe('what programming is said to have cost', () => {
  before(function () {
    needNetns(this);
    const reason = whyNoLegacy() ?? whyNoIptablesNft() ?? whyNoNftables();
    if (reason !== undefined) skipBecause(this, reason);
  });

  /** Operations of the first programming, of one Service more, and of no change at all. */
  const operations = (plane: DataPlane): Promise<readonly number[]> =>
    inPrivateNetns(async (node) => {
      const [fewer, all] = [plane.plan(oneOfEach.slice(1)), plane.plan(oneOfEach)];
      const costs = [
        await plane.apply(node, undefined, fewer),
        await plane.apply(node, fewer, all),
        await plane.apply(node, all, all),
      ];
      for (const { encodeNs, kernelNs, bytes, operations: count } of costs) {
        assert.ok(encodeNs > 0 && kernelNs >= 0, 'times of a clock that only goes on');
        assert.equal(bytes > 0, count > 0, 'bytes where there are operations');
      }
      return costs.map((cost) => cost.operations);
    });

  it('over ip_tables: the whole table each time it changes, nothing otherwise', async () => {
    const [first = 0, more = 0, none] = await operations(createIptablesDataPlane('legacy'));
    // The filter table is the same, and the nat table has a rule to the Service, two in its chain and two to its endpoint more.
    assert.deepEqual([first, more, none], [first, first - 16 + 5, 0]);
  });

  it('over nf_tables: the top-level chains and the chains of the Service', async () => {
    const [first = 0, more = 0, none = 0] = await operations(createIptablesDataPlane('nft'));
    // The rule that leads to it is in a top-level chain, so it is written in any case.
    assert.equal(more, none + 4);
    assert.ok(none < first / 2, `${none} of ${first}`);
  });

  it('in nftables mode: the objects of the Service', async () => {
    const [first = 0, more, none] = await operations(createNftablesDataPlane());
    assert.ok(first > 80);
    assert.deepEqual([more, none], [8, 0]);
  });

  it('with no data plane: nothing', () =>
    inPrivateNetns(async (node) => {
      const plane = createDirectDataPlane();
      const cost = await plane.apply(node, undefined, plane.plan(oneOfEach));
      assert.deepEqual(cost, { encodeNs: 0, kernelNs: 0, bytes: 0, operations: 0 });
    }));
});
