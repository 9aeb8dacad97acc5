/** Whatever happens, and whatever plugins throw: the books are right, and no group is placed by halves. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quantityMilliValue } from '../../../src/api/index.ts';
import type { PodSpec } from '../../../src/api/objects.ts';
import type { Attempt } from '../../../src/scheduler/attempt.ts';
import { groupTrial } from '../../../src/scheduler/framework/placements.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { type TieBreak, tieBreaks } from '../../../src/scheduler/framework/tie-break.ts';
import type { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testPod } from '../support/objects.ts';
import { groupSession, member, podGroup, rackKey, rackNode } from './group-session.ts';

type Step =
  | { readonly kind: 'group'; readonly minCount: number; readonly count: number; readonly cpu: number }
  | { readonly kind: 'member'; readonly group: number; readonly cpu: number; readonly priority: number }
  | { readonly kind: 'pod'; readonly cpu: number; readonly priority: number }
  | { readonly kind: 'delete-pod'; readonly place: number }
  | { readonly kind: 'add-node'; readonly rack: number; readonly cpu: number }
  | { readonly kind: 'delete-node'; readonly place: number }
  | { readonly kind: 'drain' }
  | { readonly kind: 'wait'; readonly ms: number };

const kind = <K extends Step['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name);
const small = fc.integer({ min: 1, max: 4 });
const priority = fc.constantFrom(0, 0, 10);

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: kind('group'), minCount: small, count: small, cpu: fc.constantFrom(1, 1, 2) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: kind('member'), group: fc.nat(9), cpu: small, priority }) },
    { weight: 2, arbitrary: fc.record({ kind: kind('pod'), cpu: small, priority }) },
    { weight: 2, arbitrary: fc.record({ kind: kind('delete-pod'), place: fc.nat(50) }) },
    { weight: 4, arbitrary: fc.record({ kind: kind('add-node'), rack: fc.integer({ min: 0, max: 3 }), cpu: small }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('delete-node'), place: fc.nat(50) }) },
    { weight: 5, arbitrary: fc.record({ kind: kind('drain') }) },
    { weight: 2, arbitrary: fc.record({ kind: kind('wait'), ms: fc.nat(20_000) }) },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

/** Throws, or refuses, whenever a draw says so; before that it counts what it was given to keep. */
class Flaky {
  readonly #faults: readonly number[];
  #calls = 0;
  /** Pods that it keeps something for. */
  readonly reserved = new Set<string>();
  #reservations = 0;

  /** @param faults at calls number so and so something goes wrong */
  constructor(faults: readonly number[]) {
    this.#faults = faults;
  }

  #maybe(where: string): void {
    this.#calls += 1;
    if (this.#faults.includes(this.#calls % 40)) throw new Error(`fault in ${where}`);
  }

  plugin(): Plugin {
    return {
      name: 'Flaky',
      placementGenerate: (_group, parent) => {
        this.#maybe('placementGenerate');
        return [parent];
      },
      placementScore: () => {
        this.#maybe('placementScore');
        return 50;
      },
      normalizePlacements: () => this.#maybe('normalizePlacements'),
      reserve: ({ pod }) => {
        this.reserved.add(pod.key);
        this.#maybe('reserve');
        this.#reservations += 1;
        if (pod.pod.spec.podGroupName === undefined || !this.#faults.includes(this.#reservations % 30))
          return undefined;
        return { code: 'unschedulable', plugin: 'Flaky', reasons: ['not this one'] };
      },
      unreserve: ({ pod }) => {
        this.reserved.delete(pod.key);
      },
      // Once a group is reserved its pods go their own ways.
      permit: (cycle) => {
        if (cycle.get(groupTrial) === true) this.#maybe('permit');
        return undefined;
      },
    };
  }
}

class History {
  readonly session: SchedulingSession;
  submitted = 0;
  #nodes = 0;
  #groups = 0;
  /** minCount by group. */
  readonly needs = new Map<string, number>();
  /** By group: how many pods it was given nodes for since it had none; preemption may have taken some away again. */
  readonly #given = new Map<string, number>();

  constructor(plugins: readonly Plugin[], tieBreak: TieBreak) {
    const given = ({ podGroupName }: PodSpec): void => {
      if (podGroupName !== undefined) this.#given.set(podGroupName, (this.#given.get(podGroupName) ?? 0) + 1);
    };
    const attempted = (attempt: Attempt): void => {
      if (attempt.kind === 'scheduled') given(attempt.info.pod.spec);
    };
    this.session = groupSession({ plugins, tieBreak, observer: { attempted } });
  }

  happen(step: Step): void {
    const { session } = this;
    const { api, clock } = session;
    switch (step.kind) {
      case 'group': {
        const name = `g${++this.#groups}`;
        this.needs.set(name, step.minCount);
        session.put(podGroup(name, step.minCount));
        for (let place = 0; place < step.count; place += 1) this.#submit(name, step.cpu, 0);
        return;
      }
      case 'member':
        if (this.#groups > 0) this.#submit(`g${1 + (step.group % this.#groups)}`, step.cpu, step.priority);
        return;
      case 'pod':
        this.#submit(undefined, step.cpu, step.priority);
        return;
      case 'add-node':
        this.#nodes += 1;
        session.put(rackNode(step.rack === 0 ? `n${this.#nodes}` : `r${step.rack}-n${this.#nodes}`, String(step.cpu)));
        return;
      case 'delete-pod': {
        const pods = [...api.list('Pod')];
        const chosen = pods[step.place % pods.length];
        if (chosen !== undefined) api.deletePod(chosen);
        return;
      }
      case 'delete-node': {
        const nodes = [...api.list('Node')];
        const chosen = nodes[step.place % nodes.length];
        if (chosen === undefined) return;
        api.deleteNode(chosen);
        for (const one of [...api.list('Pod')]) if (one.spec.nodeName === chosen.metadata.name) api.deletePod(one);
        return;
      }
      case 'drain':
        session.drain();
        return;
      case 'wait':
        session.runUntil(clock.nowMs() + step.ms);
    }
  }

  #submit(group: string | undefined, cpu: number, of: number): void {
    this.submitted += 1;
    const words = {
      name: `p${this.submitted}`,
      priority: of,
      requests: { cpu: String(cpu) },
      metadata: { uid: `p${this.submitted}` },
    };
    this.session.put(group === undefined ? testPod(words) : member(group, words));
  }

  checkBooks(): void {
    const { api, scheduler } = this.session;
    const pods = [...api.list('Pod')];
    const bound = pods.filter(({ spec }) => spec.nodeName !== '');
    assert.equal(this.submitted, pods.length + api.deletedPodCount);
    for (const { metadata, status } of api.list('Node')) {
      const here = bound.filter(({ spec }) => spec.nodeName === metadata.name);
      const asked = here.reduce(
        (sum, { spec }) => sum + Number(quantityMilliValue(spec.containers[0]?.resources.requests.cpu ?? '0')),
        0,
      );
      assert.ok(asked <= quantityMilliValue(status.allocatable.cpu ?? '0'), `${metadata.name} is overfull`);
    }
    // Nothing is assumed that is not bound, and every other pod waits.
    assert.equal(scheduler.cluster.assignedPodCount, bound.length);
    assert.equal(scheduler.heldCount, 0);
    const { active, backoff, unschedulable, gated, inFlight } = scheduler.queue.counts;
    assert.equal(inFlight, 0);
    assert.equal(active + backoff + unschedulable + gated, pods.length - bound.length);
  }

  checkGroups(): void {
    const { api } = this.session;
    const rackOf = new Map([...api.list('Node')].map(({ metadata }) => [metadata.name, metadata.labels[rackKey]]));
    const bound = [...api.list('Pod')].filter(({ spec }) => spec.nodeName !== '');
    for (const [name, minCount] of this.needs) {
      const own = bound.filter(({ spec }) => spec.podGroupName === name);
      const racks = new Set(own.map(({ spec }) => rackOf.get(spec.nodeName)));
      assert.ok(own.length === 0 || (racks.size === 1 && !racks.has(undefined)), `${name} is in ${[...racks].join()}`);
      if (own.length === 0) this.#given.delete(name);
      else assert.ok((this.#given.get(name) ?? 0) >= minCount, `${own.length} of ${name}, not ${minCount}`);
    }
  }
}

/** After each step: by then all that was begun has ended. */
function run(all: readonly Step[], plugins: readonly Plugin[], tieBreak: TieBreak): History {
  const history = new History(plugins, tieBreak);
  for (const step of all) {
    history.happen(step);
    history.checkBooks();
    history.checkGroups();
  }
  return history;
}

describe('a group', () => {
  it('has at least minCount pods bound, all in one rack, or none, whatever happens', () => {
    let placed = 0;
    fc.assert(
      fc.property(steps, fc.constantFrom(...tieBreaks), (all, tieBreak) => {
        const { session } = run(all, [], tieBreak);
        placed += [...session.api.list('Pod')].filter(({ spec }) => spec.nodeName !== '' && spec.podGroupName).length;
      }),
      { numRuns: 200 },
    );
    assert.ok(placed > 200);
  }).timeout(120_000);

  it('loses no pod and no room when plugins throw or refuse, at any point until all of a group is reserved', () => {
    fc.assert(
      fc.property(steps, fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 6 }), (all, faults) => {
        const flaky = new Flaky(faults);
        const { session } = run(all, [flaky.plugin()], 'seeded');
        // What was kept for pods without a node was given back.
        const waiting = [...session.api.list('Pod')].filter(({ spec }) => spec.nodeName === '');
        assert.deepEqual(
          waiting.filter(({ metadata }) => flaky.reserved.has(metadata.uid ?? '')),
          [],
        );
      }),
      { numRuns: 200 },
    );
  }).timeout(120_000);

  it('is placed in the end, once there is a rack with room for all', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const history = run(all, [], 'seeded');
        const { session, needs } = history;
        // Pods of a group that runs must stay in its rack.
        session.put(...['r0', 'r1', 'r2', 'r3'].map((rack) => rackNode(`${rack}-large`, '1000')));
        for (const name of needs.keys()) {
          for (let more = 0; more < 4; more += 1)
            history.happen({ kind: 'member', group: Number(name.slice(1)) - 1, cpu: 1, priority: 0 });
        }
        session.settle();
        history.checkBooks();
        history.checkGroups();
        assert.deepEqual(
          [...session.api.list('Pod')].filter(({ spec }) => spec.nodeName === ''),
          [],
        );
      }),
      { numRuns: 100 },
    );
  }).timeout(120_000);
});
