import assert from 'node:assert/strict';
import { formatRules } from '../../src/proxy/format.ts';
import type { ServicePort } from '../../src/proxy/types.ts';
import { assertGolden } from '../support/golden.ts';
import { oneOfEach, service } from './sample-services.ts';

describe('the rules for one Service of each kind are as they were in', () => {
  it('iptables mode', () => assertGolden('proxy/iptables.txt', formatRules('iptables', oneOfEach)));
  it('nftables mode', () => assertGolden('proxy/nftables.txt', formatRules('nftables', oneOfEach)));
  it('IPVS mode', () => assertGolden('proxy/ipvs-wrr.txt', formatRules('ipvs', oneOfEach, 'wrr')));
  it('IPVS mode with a hashing scheduler', () =>
    assertGolden('proxy/ipvs-mh.txt', formatRules('ipvs', oneOfEach.slice(0, 1), 'mh')));
});

describe('without any Service the rules are as they were in', () => {
  it('iptables mode', () => assertGolden('proxy/iptables-empty.txt', formatRules('iptables', [])));
  it('nftables mode', () => assertGolden('proxy/nftables-empty.txt', formatRules('nftables', [])));
  it('IPVS mode', () => assertGolden('proxy/ipvs-empty.txt', formatRules('ipvs', [])));
});

describe('the comments per endpoint of iptables mode', () => {
  const endpoints = Array.from({ length: 1000 }, (_, index) => `10.2.${8 + (index >> 8)}.${index & 255}:80`);
  const large = service({ name: 'large', ip: '10.96.0.1', endpoints });
  const rulesOf = (services: readonly ServicePort[]): string[] =>
    formatRules('iptables', services)
      .split('\n')
      .filter((line) => /^-A KUBE-S(VC-XPGD46QRK7WJZT7O|EP-HKSHDXS5DJ2Y5F7K)/.test(line));

  it('stand there with up to 1,000 endpoints', () => {
    const small = rulesOf(oneOfEach.slice(0, 1));
    assert.deepEqual(
      small.map((line) => /--comment "([^"]*)"/.exec(line)?.[1]),
      ['ns1/svc1:p80', 'ns1/svc1:p80', 'ns1/svc1:p80 cluster IP', 'ns1/svc1:p80 -> 10.2.1.1:80'],
    );
  });

  it('are dropped with more, as kube-proxy does', () => {
    assert.deepEqual(
      rulesOf([large, ...oneOfEach.slice(0, 1)]).map((line) => /--comment "([^"]*)"/.exec(line)?.[1]),
      [undefined, undefined, 'ns1/svc1:p80 cluster IP', undefined],
    );
  });
});
