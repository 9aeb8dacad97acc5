import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nftChange } from '../../../src/proxy/nftables/change.ts';
import { deleteChain } from '../../../src/proxy/nftables/commands.ts';
import { createNftablesPlanner, type NftablesState } from '../../../src/proxy/nftables/plan.ts';
import { histories } from '../arbitrary-services.ts';
import { oneOfEach } from '../sample-services.ts';
import { applyCommands, emptyModel, type NftModel } from '../tracer/nft-model.ts';

const contents = ({ chains, containers }: NftModel) => ({
  chains: Object.fromEntries(chains),
  containers: Object.fromEntries([...containers].map(([name, elements]) => [name, Object.fromEntries(elements)])),
});

const fresh = (state: NftablesState): NftModel => {
  const model = emptyModel();
  applyCommands(model, nftChange(undefined, state).commands);
  return model;
};

describe('a change of the nftables table', () => {
  it('leads to the same table as programming it afresh, whatever came before', () => {
    fc.assert(
      fc.property(histories, (lists) => {
        const plan = createNftablesPlanner();
        const model = emptyModel();
        let previous: NftablesState | undefined;
        for (const list of lists) {
          const state = plan(list);
          const change = nftChange(previous, state);
          applyCommands(model, change.commands);
          // What the next transactions of a data plane would do: by then nothing refers to these chains.
          applyCommands(model, change.staleChains.map(deleteChain));
          assert.deepEqual(contents(model), contents(fresh(state)));
          previous = state;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is empty when nothing changes, also for a plan by another planner', () => {
    const [a, b] = [createNftablesPlanner(), createNftablesPlanner()];
    assert.deepEqual(nftChange(a(oneOfEach), b([...oneOfEach].reverse())).commands, []);
  });

  it('mentions only the Service that is added', () => {
    const plan = createNftablesPlanner();
    const { commands, operations } = nftChange(plan(oneOfEach.slice(1)), plan(oneOfEach));
    assert.deepEqual(commands, [
      'add chain ip kube-proxy service-ULMVA6XW-ns1/svc1/tcp/p80',
      'add chain ip kube-proxy endpoint-3JVZHFHC-ns1/svc1/tcp/p80__10.2.1.1/80',
      'add rule ip kube-proxy service-ULMVA6XW-ns1/svc1/tcp/p80 ip daddr 10.96.0.41 ip saddr != 10.0.0.0/14 jump mark-for-masquerade',
      'add rule ip kube-proxy service-ULMVA6XW-ns1/svc1/tcp/p80 numgen random mod 1 vmap { 0 : goto endpoint-3JVZHFHC-ns1/svc1/tcp/p80__10.2.1.1/80 }',
      'add rule ip kube-proxy endpoint-3JVZHFHC-ns1/svc1/tcp/p80__10.2.1.1/80 ip saddr 10.2.1.1 jump mark-for-masquerade',
      'add rule ip kube-proxy endpoint-3JVZHFHC-ns1/svc1/tcp/p80__10.2.1.1/80 meta l4proto tcp dnat to 10.2.1.1:80',
      'add element ip kube-proxy service-ips { 10.96.0.41 . tcp . 80 : goto service-ULMVA6XW-ns1/svc1/tcp/p80 }',
      'add element ip kube-proxy cluster-ips { 10.96.0.41 }',
    ]);
    assert.equal(operations, 8);
  });
});
