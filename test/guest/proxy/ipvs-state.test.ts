import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { addressesOf, type Netns, withNetns } from '../../../native/netns/index.ts';
import { createIpvsDataPlane } from '../../../src/proxy/ipvs/data-plane.ts';
import { formatIpvs } from '../../../src/proxy/ipvs/format.ts';
import type { IpvsState } from '../../../src/proxy/ipvs/plan.ts';
import { whyNoLegacy } from '../../proxy/kernel-support.ts';
import { saveIptables } from '../../proxy/kernel-tables.ts';
import { history, oneOfEach } from '../../proxy/sample-services.ts';
import { needIpvs } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn, skipBecause } from '../../support/namespaces.ts';

/** The sections of the printed rules by their titles, each as sorted lines. */
function sections(state: IpvsState): Record<string, string[]> {
  const parts = `\n${formatIpvs(state)}`.split('\n# ').slice(1);
  return Object.fromEntries(
    parts.map((part) => {
      const [title = '', ...lines] = part.split('\n');
      return [title, lines.filter((line) => line !== '').sort()];
    }),
  );
}

const sortedLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .sort();

/** What the kernel holds, in the words of the tools. */
function listed(node: Netns): Record<string, string[]> {
  const bound = addressesOf(node, 'kube-ipvs0').filter(({ ip }) => ip.includes('.'));
  return {
    'ip -batch -': [
      ...bound.map(({ ip, prefix }) => `address add ${ip}/${prefix} dev kube-ipvs0`),
      'link add kube-ipvs0 type dummy',
    ].sort(),
    'ipvsadm --restore': sortedLines(runIn(node, 'ipvsadm', '-Sn')).map((line) => line.trimEnd()),
    'ipset restore': sortedLines(runIn(node, 'ipset', 'save').replaceAll(/ (bucketsize|initval) \S+/g, '')),
  };
}

const rules = (node: Netns): string[] => sortedLines(saveIptables(node, 'legacy'));

describe('IPVS mode: what the kernel lists', () => {
  before(function () {
    needIpvs(this);
    const reason = whyNoLegacy();
    if (reason !== undefined) skipBecause(this, reason);
  });

  it('is what was planned after any change', () =>
    inPrivateNetns(async (node) => {
      const plane = createIpvsDataPlane({ scheduler: 'wrr' });
      let state: IpvsState | undefined;
      for (const list of [...history, []]) {
        const desired = plane.plan(list);
        await plane.apply(node, state, desired);
        const { 'iptables-restore': wantedRules, ...others } = sections(desired);
        assert.deepEqual(listed(node), others);
        // Starting a program is slow in a guest, and the rules change only with the first and the last Service.
        if (desired.tables !== state?.tables) assert.deepEqual(rules(node), wantedRules);
        state = desired;
      }
    }));

  it('is what was planned with a hashing scheduler and its flags', () =>
    inPrivateNetns(async (node) => {
      const plane = createIpvsDataPlane({ scheduler: 'mh', hashFallback: true });
      const state = plane.plan(oneOfEach);
      await plane.apply(node, undefined, state);
      assert.deepEqual(listed(node)['ipvsadm --restore'], sections(state)['ipvsadm --restore']);
      assert.match(runIn(node, 'ipvsadm', '-Ln'), /mh \(mh-fallback,mh-port\)/);
    }));

  it('has the settings that kube-proxy makes', () =>
    inPrivateNetns(async (node) => {
      const plane = createIpvsDataPlane();
      await plane.apply(node, undefined, plane.plan([]));
      const read = (key: string): string => readFileSync(`/proc/sys/net/ipv4/${key}`, 'utf8').trim();
      const keys = ['vs/conntrack', 'vs/expire_nodest_conn', 'vs/expire_quiescent_template', 'ip_forward'];
      assert.deepEqual(
        withNetns(node, () => keys.map(read)),
        ['1', '1', '1', '1'],
      );
    }));
});
