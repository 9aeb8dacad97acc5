import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { IpvsOperation } from '../../../native/ipvs/index.ts';
import type { LinkOperation } from '../../../native/netns/index.ts';
import { type IpvsChange, ipvsChange } from '../../../src/proxy/ipvs/change.ts';
import { createIpvsPlanner, type IpvsState } from '../../../src/proxy/ipvs/plan.ts';
import { entryText } from '../../../src/proxy/ipvs/sets.ts';
import { histories } from '../arbitrary-services.ts';
import { oneOfEach, service } from '../sample-services.ts';

/** A node's IPVS, addresses and sets, as strict as the kernel: nothing is added twice, nothing deleted that is not there. */
class Model {
  readonly services = new Map<string, { config: string; destinations: Map<string, number> }>();
  readonly addresses = new Set<string>();
  readonly entries = new Set<string>();

  apply({ removedEntries, addedEntries, linkOperations, ipvsOperations }: IpvsChange): void {
    for (const entry of removedEntries) assert.ok(this.entries.delete(entryText(entry)), entryText(entry));
    for (const entry of addedEntries) {
      assert.ok(!this.entries.has(entryText(entry)), entryText(entry));
      this.entries.add(entryText(entry));
    }
    for (const operation of ipvsOperations) this.#ipvs(operation);
    for (const operation of linkOperations) this.#link(operation);
  }

  #ipvs(operation: IpvsOperation): void {
    assert.ok(operation.op !== 'flush' && operation.op !== 'zero', operation.op);
    const key = JSON.stringify(operation.service.id);
    const known = this.services.get(key);
    assert.equal(known === undefined, operation.op === 'add-service', `${operation.op} ${key}`);
    const config = JSON.stringify(operation.service);
    switch (operation.op) {
      case 'add-service':
      case 'edit-service':
        this.services.set(key, { config, destinations: known?.destinations ?? new Map() });
        return;
      case 'delete-service':
        this.services.delete(key);
        return;
      case 'add-destination':
      case 'edit-destination':
      case 'delete-destination': {
        const { ip, port } = operation.destination;
        const address = `${ip}:${port}`;
        assert.equal(
          known?.destinations.has(address),
          operation.op !== 'add-destination',
          `${operation.op} ${address}`,
        );
        if (operation.op === 'delete-destination') known?.destinations.delete(address);
        else known?.destinations.set(address, operation.destination.weight);
      }
    }
  }

  #link(operation: LinkOperation): void {
    assert.ok('name' in operation && operation.name === 'kube-ipvs0');
    if (operation.op === 'dummy') return;
    assert.ok(operation.op === 'add-address' || operation.op === 'delete-address', operation.op);
    assert.equal(
      this.addresses.has(operation.ip),
      operation.op === 'delete-address',
      `${operation.op} ${operation.ip}`,
    );
    if (operation.op === 'add-address') this.addresses.add(operation.ip);
    else this.addresses.delete(operation.ip);
  }
}

const sorted = (model: Model) => ({
  services: Object.fromEntries(
    [...model.services].map(([key, { config, destinations }]) => [
      key,
      { config, destinations: Object.fromEntries(destinations) },
    ]),
  ),
  addresses: [...model.addresses].sort(),
  entries: [...model.entries].sort(),
});

const changed = (previous: IpvsState | undefined, state: IpvsState): Model => {
  const model = new Model();
  if (previous !== undefined) model.apply(ipvsChange(undefined, previous));
  model.apply(ipvsChange(previous, state));
  return model;
};

describe('a change of IPVS', () => {
  it('leads to the same services, destinations, addresses and sets as programming afresh', () => {
    fc.assert(
      fc.property(histories, (lists) => {
        const plan = createIpvsPlanner();
        const model = new Model();
        let previous: IpvsState | undefined;
        for (const list of lists) {
          const state = plan(list);
          model.apply(ipvsChange(previous, state));
          assert.deepEqual(sorted(model), sorted(changed(undefined, state)));
          previous = state;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('for one more Service is that Service, its address and its set entries', () => {
    const plan = createIpvsPlanner();
    const change = ipvsChange(plan(oneOfEach.slice(1)), plan(oneOfEach));
    assert.deepEqual(
      change.ipvsOperations.map(({ op }) => op),
      ['add-service', 'add-destination'],
    );
    assert.deepEqual(change.linkOperations, [{ op: 'add-address', name: 'kube-ipvs0', ip: '10.96.0.41', prefix: 32 }]);
    assert.deepEqual(change.addedEntries.map(entryText), [
      'KUBE-CLUSTER-IP 10.96.0.41,tcp:80',
      'KUBE-IPVS-IPS 10.96.0.41',
      'KUBE-LOOP-BACK 10.2.1.1,tcp:80,10.2.1.1',
    ]);
    assert.deepEqual(change.removedEntries, []);
  });

  it('keeps an address as long as another port of the Service has it', () => {
    const plan = createIpvsPlanner();
    const two = oneOfEach.filter(({ name }) => name === 'kube-dns');
    assert.deepEqual(ipvsChange(plan(two), plan(two.slice(1))).linkOperations, []);
    assert.equal(ipvsChange(plan(two), plan([])).linkOperations.length, 1);
  });

  it('of a weight alone edits the destination', () => {
    const plan = createIpvsPlanner();
    const weighted = (weight: number) => [
      service({ name: 'a', ip: '10.96.0.1', endpoints: [`10.2.1.1:80*${weight}`] }),
    ];
    const { ipvsOperations } = ipvsChange(plan(weighted(1)), plan(weighted(5)));
    assert.deepEqual(
      ipvsOperations.map(({ op }) => op),
      ['edit-destination'],
    );
  });
});

it('the rules beside IPVS are the same object until the first or after the last Service', () => {
  const plan = createIpvsPlanner();
  assert.equal(plan(oneOfEach).tables, plan(oneOfEach.slice(0, 1)).tables);
  assert.notEqual(plan(oneOfEach).tables, plan([]).tables);
});
