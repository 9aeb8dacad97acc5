import assert from 'node:assert/strict';
import { endpointChain, serviceChain } from '../../src/proxy/iptables/chains.ts';
import { hashName, servicePortName } from '../../src/proxy/names.ts';
import * as nft from '../../src/proxy/nftables/names.ts';
import { service } from './sample-services.ts';

const endpoint = (ip: string) => ({ ip, port: 80, weight: 1 });

describe("names of chains are kube-proxy's own:", () => {
  it('the Service that every cluster has', () => {
    const kubernetes = service({
      namespace: 'default',
      name: 'kubernetes',
      portName: 'https',
      ip: '10.96.0.1',
      port: 443,
    });
    assert.equal(serviceChain(kubernetes), 'KUBE-SVC-NPX46M4PTMTKRN6Y');
  });

  it('cluster DNS, by protocol', () => {
    const dns = { namespace: 'kube-system', name: 'kube-dns', ip: '10.96.0.10', port: 53 };
    assert.equal(serviceChain(service({ ...dns, portName: 'dns', protocol: 'UDP' })), 'KUBE-SVC-TCOU7JCQXEZGVUNU');
    assert.equal(serviceChain(service({ ...dns, portName: 'dns-tcp' })), 'KUBE-SVC-ERIFXISQEP7F7OF4');
  });

  // From the expectations of kube-proxy's own tests (TestOverallIPTablesRules, TestOverallNFTablesRules).
  const svc1 = service({ namespace: 'ns1', name: 'svc1', ip: '172.30.0.41' });
  const svc4 = service({ namespace: 'ns4', name: 'svc4', ip: '172.30.0.44' });

  it('Services and endpoints in iptables', () => {
    assert.equal(serviceChain(svc1), 'KUBE-SVC-XPGD46QRK7WJZT7O');
    assert.equal(serviceChain(svc4), 'KUBE-SVC-4SW47YFZTEDKD3PK');
    assert.equal(endpointChain(svc1, endpoint('10.180.0.1')), 'KUBE-SEP-SXIVWICOYRO3J4NJ');
    assert.equal(endpointChain(svc4, endpoint('10.180.0.4')), 'KUBE-SEP-UKSFD7AGPMPPLUHC');
    assert.equal(endpointChain(svc4, endpoint('10.180.0.5')), 'KUBE-SEP-C6EBXVWJJZMIWKLZ');
  });

  it('Services and endpoints in nftables', () => {
    assert.equal(nft.serviceChain(svc1), 'service-ULMVA6XW-ns1/svc1/tcp/p80');
    assert.deepEqual(nft.endpointNames(svc4, endpoint('10.180.0.5')), {
      chain: 'endpoint-5RFCDDV7-ns4/svc4/tcp/p80__10.180.0.5/80',
      affinitySet: 'affinity-5RFCDDV7-ns4/svc4/tcp/p80__10.180.0.5/80',
    });
  });

  it('cut in nftables when they grow too long, and then still apart', () => {
    const long = (name: string) =>
      nft.serviceChain(service({ namespace: 'n'.repeat(63), name: name.repeat(200), ip: '10.96.0.1' }));
    assert.equal(long('a').length, 'service-'.length + 240);
    assert.match(long('a'), /\.\.\.$/);
    assert.notEqual(long('a'), long('b'));
  });
});

it('an unnamed port has no part in the name of its Service port', () => {
  assert.equal(servicePortName(service({ name: 'web', portName: '', ip: '10.96.0.1' })), 'ns1/web');
  assert.equal(servicePortName(service({ name: 'web', portName: 'http', ip: '10.96.0.1' })), 'ns1/web:http');
});

it('hashName is the beginning of the base32 text of SHA-256', () => {
  // sha256("abc") = ba7816bf 8f01cfea 4141...; `printf abc | sha256sum -b | xxd -r -p | base32`
  assert.equal(hashName('abc', 8), 'XJ4BNP4P');
  assert.equal(hashName('abc', 16), 'XJ4BNP4PAHH6UQKB');
});
