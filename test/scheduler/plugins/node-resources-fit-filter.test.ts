import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceClass, Node, Pod, ResourceList } from '../../../src/api/objects.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import {
  assignPod,
  createPlugin,
  cycleFor,
  reasonsOf,
  testCluster,
  testContainer,
  testNode,
  testPod,
} from '../support/cluster.ts';

const node = (resources: ResourceList, name = 'a'): Node => testNode({ name, resources });
const asking = (requests: ResourceList, nodeName = '', name = 'pod'): Pod => testPod({ name, requests, nodeName });

function reasonsFor(nodes: readonly Node[], pods: readonly Pod[], pod: Pod, args: unknown = {}) {
  const cluster = testCluster(nodes, pods);
  return reasonsOf(createPlugin(nodeResourcesFit, cluster, args), cycleFor(cluster, pod));
}

const small = node({ cpu: '1', memory: '1Gi', 'ephemeral-storage': '10Gi', 'example.com/gpu': '2', pods: '2' });

describe('the filter of NodeResourcesFit', () => {
  it('lets a pod in that fits exactly', () => {
    const all = { cpu: '1', memory: '1Gi', 'ephemeral-storage': '10Gi', 'example.com/gpu': '2' };
    assert.deepEqual(reasonsFor([small], [], asking(all)), {});
  });

  it('names each resource of which too little is left', () => {
    const taken = asking({ cpu: '500m', memory: '600Mi', 'example.com/gpu': '1' }, 'a');
    const reason = (requests: ResourceList) => reasonsFor([small], [taken], asking(requests)).a;
    assert.equal(reason({ cpu: '501m' }), 'unschedulable: Insufficient cpu');
    assert.equal(reason({ memory: '425Mi' }), 'unschedulable: Insufficient memory');
    assert.equal(reason({ 'example.com/gpu': '2' }), 'unschedulable: Insufficient example.com/gpu');
    assert.equal(reason({ cpu: '500m', memory: '424Mi', 'example.com/gpu': '1' }), undefined);
    assert.equal(
      reason({ 'example.com/gpu': '2', memory: '1Gi', cpu: '1' }),
      'unschedulable: Insufficient cpu, Insufficient memory, Insufficient example.com/gpu',
    );
  });

  it('gives up on nodes that would be too small even if they were empty', () => {
    const reason = (requests: ResourceList) => reasonsFor([small], [], asking(requests)).a;
    assert.equal(reason({ cpu: '1001m' }), 'unresolvable: Insufficient cpu');
    assert.equal(reason({ 'ephemeral-storage': '11Gi' }), 'unresolvable: Insufficient ephemeral-storage');
    assert.equal(reason({ 'hugepages-2Mi': '2Mi' }), 'unresolvable: Insufficient hugepages-2Mi');
  });

  it('says what lacks and whether there is hope for each node by itself', () => {
    const nodes = [node({ cpu: '1' }, 'a'), node({ cpu: '4' }, 'b'), node({ cpu: '4', memory: '1Gi' }, 'c')];
    const pods = [asking({ cpu: '3' }, 'b', 'x'), asking({ cpu: '3' }, 'c', 'y')];
    assert.deepEqual(reasonsFor(nodes, pods, asking({ cpu: '2', memory: '2Gi' })), {
      a: 'unresolvable: Insufficient cpu',
      b: 'unschedulable: Insufficient cpu',
      c: 'unresolvable: Insufficient cpu, Insufficient memory',
    });
  });

  it('tells a node that is full from one that is too small where both lack the same', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) =>
      node({ memory: name === 'b' || name === 'd' ? '1Gi' : '4Gi' }, name),
    );
    const pods = ['a', 'c'].map((name) => asking({ memory: '3Gi' }, name, name));
    const full = 'unschedulable: Insufficient memory';
    const small = 'unresolvable: Insufficient memory';
    const all = { a: full, b: small, c: full, d: small };
    assert.deepEqual(reasonsFor(nodes, pods, asking({ memory: '2Gi' })), all);
    assert.deepEqual(reasonsFor(nodes, pods, asking({ cpu: '1', memory: '2Gi' })), all);
    assert.deepEqual(reasonsFor(nodes, pods, asking({ memory: '2Gi', cpu: '1', 'ephemeral-storage': '0' })), all);
  });

  it('counts pods, also for a pod that asks for nothing', () => {
    const pods = [asking({}, 'a', 'x'), asking({}, 'a', 'y')];
    assert.deepEqual(reasonsFor([small], pods.slice(0, 1), asking({})), {});
    assert.deepEqual(reasonsFor([small], pods, asking({})), { a: 'unschedulable: Too many pods' });
    assert.deepEqual(reasonsFor([small], pods, asking({ cpu: '2' })), {
      a: 'unresolvable: Too many pods, Insufficient cpu',
    });
  });

  it('does not look at resources that the pod does not ask for', () => {
    // More is asked for than there is: pods that were placed by others, or a node that has shrunk.
    assert.deepEqual(reasonsFor([small], [asking({ memory: '5Gi' }, 'a')], asking({ cpu: '1' })), {});
  });

  it('ignores extended resources that it is told to ignore, and no others', () => {
    const args = { ignoredResources: ['example.com/a', 'cpu'], ignoredResourceGroups: ['other.io', 'hugepages-2Mi'] };
    const reason = (requests: ResourceList) => reasonsFor([small], [], asking(requests), args).a;
    assert.equal(reason({ 'example.com/a': '1', 'other.io/x': '1' }), undefined);
    assert.equal(reason({ 'example.com/b': '1' }), 'unresolvable: Insufficient example.com/b');
    assert.equal(reason({ cpu: '2' }), 'unresolvable: Insufficient cpu');
    assert.equal(reason({ 'hugepages-2Mi': '2Mi' }), 'unresolvable: Insufficient hugepages-2Mi');
  });

  it('leaves extended resources of device classes to dynamic allocation where a node has none', () => {
    const deviceClass: DeviceClass = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'big', labels: {}, annotations: {} },
      spec: { selectors: [], extendedResourceName: 'example.com/gpu' },
    };
    const nodes = [node({}, 'a'), node({ 'example.com/gpu': '1' }, 'b')];
    const pod = asking({ 'example.com/gpu': '2' });
    const cluster = testCluster(nodes);
    const plugin = createPlugin(nodeResourcesFit, cluster, {}, { featureEnabled: () => true });
    const reasons = () => reasonsOf(plugin, cycleFor(cluster, pod));
    const lacking = 'unresolvable: Insufficient example.com/gpu';
    assert.deepEqual(reasons(), { a: lacking, b: lacking });
    assert.equal(plugin.nodeLocal, true);
    cluster.objects.set('DeviceClass', deviceClass);
    assert.deepEqual(reasons(), { b: lacking });
    assert.equal(plugin.nodeLocal, false);
    const implicit = asking({ 'deviceclass.resource.kubernetes.io/big': '1' });
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, implicit)), {});
    cluster.objects.delete('DeviceClass', deviceClass);
    assert.deepEqual(reasons(), { a: lacking, b: lacking });
    const off = createPlugin(nodeResourcesFit, cluster);
    cluster.objects.set('DeviceClass', deviceClass);
    assert.deepEqual(reasonsOf(off, cycleFor(cluster, pod)), { a: lacking, b: lacking });
  });

  it('adds up amounts beyond what doubles hold', () => {
    const huge = node({ memory: '9007199254740993' });
    const reason = (taken: string, wanted: string) =>
      reasonsFor([huge], [asking({ memory: taken }, 'a')], asking({ memory: wanted })).a;
    assert.equal(reason('1', '9007199254740992'), undefined);
    assert.equal(reason('2', '9007199254740992'), 'unschedulable: Insufficient memory');
    assert.equal(reason('0', '9007199254740993'), undefined);
    assert.equal(reason('0', '9007199254740994'), 'unresolvable: Insufficient memory');
  });

  it('tells more kinds of resources apart than fit one number', () => {
    const names = Array.from({ length: 60 }, (_, i) => `example.com/r${String(i).padStart(2, '0')}`);
    const one = Object.fromEntries(names.map((name) => [name, '1']));
    const nodes = [node(one, 'a'), node({ ...one, 'example.com/r07': '0', 'example.com/r59': '0' }, 'b')];
    assert.deepEqual(reasonsFor(nodes, [], asking(one)), {
      b: 'unresolvable: Insufficient example.com/r07, Insufficient example.com/r59',
    });
  });
});

describe('NodeResourcesFit over any nodes and pods', () => {
  const kinds = ['cpu', 'memory', 'ephemeral-storage', 'example.com/gpu', 'hugepages-2Mi'];
  const sizes = {
    small: fc.bigInt({ min: 0n, max: 8n }),
    /** Around the limits of doubles. */
    'of any size': fc.oneof(
      fc.bigInt({ min: 0n, max: 8n }),
      fc.bigInt({ min: 2n ** 46n - 2n, max: 2n ** 46n + 2n }),
      fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }),
    ),
  };
  type Amounts = Readonly<Record<string, bigint>>;
  const written = (amounts: Amounts): ResourceList =>
    Object.fromEntries(
      Object.entries(amounts).map(([kind, value]) => [kind, kind === 'cpu' ? `${value}m` : `${value}`]),
    );

  for (const [size, amount] of Object.entries(sizes)) {
    it(`says what sums of 64-bit integers say for amounts that are ${size}, whatever comes and goes`, () => {
      const list = fc.dictionary(fc.constantFrom(...kinds), amount, { maxKeys: 5 });
      const steps = fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('put' as const), node: fc.nat({ max: 2 }), amounts: list }),
          fc.record({ kind: fc.constant('take' as const), which: fc.nat() }),
          fc.record({
            kind: fc.constant('node' as const),
            node: fc.nat({ max: 2 }),
            amounts: list,
            pods: fc.nat({ max: 4 }),
          }),
        ),
        { minLength: 1, maxLength: 20 },
      );
      fc.assert(
        fc.property(steps, list, (changes, wanted) => {
          const cluster = testCluster([]);
          const plugin = createPlugin(nodeResourcesFit, cluster);
          const nodes = new Map<string, { readonly has: Amounts; readonly pods: number }>();
          const placed: { info: ReturnType<typeof assignPod>; node: string; takes: Amounts }[] = [];
          const set = (name: string, has: Amounts, pods: number): void => {
            const all = Object.fromEntries(kinds.map((kind) => [kind, has[kind] ?? 0n]));
            nodes.set(name, { has: all, pods });
            cluster.setNode(testNode({ name, resources: { ...written(all), pods: String(pods) } }));
          };
          for (const [place, change] of changes.entries()) {
            if (change.kind === 'node') set(`n${change.node}`, change.amounts, change.pods);
            else if (change.kind === 'put') {
              const name = `n${change.node}`;
              if (!nodes.has(name)) set(name, { cpu: 8n, memory: size === 'small' ? 9n : 2n ** 53n }, 3);
              const pod = asking(written(change.amounts), name, `p${place}`);
              placed.push({ info: assignPod(cluster, pod), node: name, takes: change.amounts });
            } else {
              const [gone] = placed.length === 0 ? [] : placed.splice(change.which % placed.length, 1);
              if (gone !== undefined) cluster.unassign(gone.info);
            }
          }
          const expected: Record<string, string> = {};
          for (const [name, { has, pods }] of nodes) {
            const here = placed.filter((each) => each.node === name);
            const lacking = kinds.filter((kind) => {
              const want = wanted[kind] ?? 0n;
              const taken = here.reduce((sum, each) => sum + (each.takes[kind] ?? 0n), 0n);
              return want > 0n && want > (has[kind] ?? 0n) - taken;
            });
            const reasons = lacking.map((kind) => `Insufficient ${kind}`);
            if (here.length + 1 > pods) reasons.unshift('Too many pods');
            const isHopeless = lacking.some((kind) => (wanted[kind] ?? 0n) > (has[kind] ?? 0n));
            if (reasons.length > 0)
              expected[name] = `${isHopeless ? 'unresolvable' : 'unschedulable'}: ${reasons.join(', ')}`;
          }
          assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, asking(written(wanted), '', 'new'))), expected);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('the requests that NodeResourcesFit counts', () => {
  it('are those of the spec: sidecars run on, init containers only before', () => {
    const container = (cpu: string, restartPolicy?: 'Always') =>
      testContainer({ requests: { cpu }, ...(restartPolicy && { restartPolicy }) });
    const pod = testPod({
      spec: {
        initContainers: [container('100m', 'Always'), container('900m')],
        containers: [container('300m'), container('200m')],
      },
    });
    assert.deepEqual(reasonsFor([node({ cpu: '999m' })], [], pod), { a: 'unresolvable: Insufficient cpu' });
    assert.deepEqual(reasonsFor([node({ cpu: '1' })], [], pod), {});
  });
});
