import assert from 'node:assert/strict';
import { diagnose, diagnosisText } from '../../src/cli/doctor-text.ts';
import type { Capability, KernelReport } from '../../src/kernel/types.ts';
import { ipvsSchedulers } from '../../src/proxy/types.ts';

const has = (name: string, detail?: string): Capability => ({
  name,
  state: 'available',
  ...(detail === undefined ? {} : { detail }),
});
const lacks = (name: string, reason: string, remedy: string): Capability => ({
  name,
  state: 'missing',
  reason,
  remedy,
});

const schedulers = ipvsSchedulers.map((scheduler) => `ipvs-${scheduler}`);

/** A kernel that has everything but what is given. */
function report(...missing: readonly Capability[]): KernelReport {
  const all = ['netns', 'veth', 'dummy', 'iptables-legacy', 'iptables-nft', 'nftables', 'ipset', 'ipvs', ...schedulers];
  const names = new Set(missing.map(({ name }) => name));
  const rest = all.filter((name) => !names.has(name)).map((name) => has(name));
  return { kernel: 'uml', release: '6.1.0', capabilities: [...rest, ...missing] };
}

/** As it looks in a pipe. */
const plain = (text: string): string => text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');

describe('the diagnosis of a kernel', () => {
  it('lists what can be measured', () => {
    const { measures, hindrances } = diagnose(report());
    assert.deepEqual(hindrances, []);
    assert.deepEqual(new Set(measures).size, measures.length);
    for (const arm of ['direct', 'userspace', 'iptables-legacy', 'iptables-nft', 'nftables', 'ipvs-rr', 'ipvs-mh']) {
      assert.ok(measures.includes(arm), arm);
    }
  });

  it('puts what fails for one reason together', () => {
    const { hindrances } = diagnose(
      report(lacks('nftables', 'no NAT', 'use the host'), lacks('ipvs-sh', 'no sh', 'load it')),
    );
    assert.deepEqual(hindrances, [
      { arms: ['nftables'], reason: 'no NAT', remedy: 'use the host' },
      { arms: ['ipvs-sh'], reason: 'no sh', remedy: 'load it' },
    ]);
  });

  it('of one that could not be started hinders every arm', () => {
    const { measures, hindrances } = diagnose({
      kernel: 'uml',
      capabilities: [lacks('netns', 'there is no guest kernel', 'apt-get install user-mode-linux')],
    });
    assert.deepEqual(measures, []);
    assert.equal(hindrances.length, 1);
    assert.equal(hindrances[0]?.arms.length, 5 + ipvsSchedulers.length);
  });

  it('reads well', () => {
    const all = report(has('conntrack', '65536 buckets'), lacks('nftables', 'no NAT:\nline 2', 'use the host'));
    const schedulersText = ipvsSchedulers.join(', ');
    assert.equal(
      plain(diagnosisText(diagnose(all))),
      [
        'uml: the User-Mode Linux guest (Linux 6.1.0)',
        `  measures   direct, userspace, iptables-legacy, iptables-nft, ipvs (${schedulersText})`,
        '  cannot     nftables',
        '             because no NAT:',
        '             line 2',
        '             remedy: use the host',
        '  has        conntrack: 65536 buckets',
      ].join('\n'),
    );
  });
});
