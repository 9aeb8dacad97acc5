import assert from 'node:assert/strict';
import { read, writtenPod } from '../support.ts';

const specOf = (spec: Record<string, unknown>) => read('Pod', writtenPod(spec)).spec;

describe('a pod is read', () => {
  it('with the defaults of the API server', () => {
    assert.deepEqual(read('Pod', writtenPod({})), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default', labels: {}, annotations: {} },
      spec: {
        nodeName: '',
        schedulerName: 'default-scheduler',
        priorityClassName: '',
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
        containers: [{ name: 'c', image: 'i', ports: [], resources: { requests: {}, limits: {} } }],
        initContainers: [],
        overhead: {},
        hostNetwork: false,
        nodeSelector: {},
        affinity: {},
        tolerations: [],
        topologySpreadConstraints: [],
        schedulingGates: [],
        volumes: [],
        resourceClaims: [],
      },
      status: { phase: 'Pending', conditions: [], nominatedNodeName: '' },
    });
  });

  it('with requests from its limits, and quantities that are written as numbers', () => {
    const resources = { limits: { cpu: 2, memory: '1Gi' }, requests: { cpu: 0.5 } };
    const [container] = specOf({ containers: [{ name: 'c', resources }] }).containers;
    assert.deepEqual(container?.resources, {
      limits: { cpu: '2', memory: '1Gi' },
      requests: { cpu: '0.5', memory: '1Gi' },
    });
  });

  it('with ports of the node for all its ports, on the network of the host', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 53, hostPort: 53, protocol: 'UDP', hostIP: '10.0.0.1' }];
    const spec = { containers: [{ name: 'c', ports }] };
    assert.deepEqual(specOf(spec).containers[0]?.ports[0], {
      containerPort: 80,
      hostPort: 0,
      hostIP: '',
      protocol: 'TCP',
    });
    assert.deepEqual(
      specOf({ ...spec, hostNetwork: true }).containers[0]?.ports.map(({ hostPort }) => hostPort),
      [80, 53],
    );
  });

  it('with its sidecars told from what only starts it', () => {
    const { initContainers } = specOf({
      initContainers: [{ name: 's', restartPolicy: 'Always' }, { name: 'a' }, { name: 'b', restartPolicy: 'Never' }],
    });
    assert.deepEqual(
      initContainers.map(({ restartPolicy }) => restartPolicy),
      ['Always', undefined, undefined],
    );
  });

  it('with affinity in the API’s own words', () => {
    const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } };
    const { affinity } = specOf({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'cpus', operator: 'Gt', values: ['8'] }] }],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 5, preference: { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] } },
          ],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
        },
      },
    });
    const read = {
      topologyKey: 'zone',
      labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
      namespaces: [],
      matchLabelKeys: [],
      mismatchLabelKeys: [],
    };
    assert.deepEqual(affinity, {
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'cpus', operator: 'Gt', values: ['8'] }], matchFields: [] }],
        },
        preferred: [
          {
            weight: 5,
            preference: {
              matchExpressions: [],
              matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }],
            },
          },
        ],
      },
      podAffinity: { required: [read], preferred: [] },
      podAntiAffinity: { required: [], preferred: [{ weight: 100, podAffinityTerm: read }] },
    });
  });

  it('with the defaults of spreading', () => {
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' };
    assert.deepEqual(specOf({ topologySpreadConstraints: [constraint] }).topologySpreadConstraints, [
      { ...constraint, minDomains: 1, nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore', matchLabelKeys: [] },
    ]);
  });

  it('with the defaults of tolerations', () => {
    const { tolerations } = specOf({ tolerations: [{ key: 'a', value: 'b' }, { operator: 'Exists' }] });
    assert.deepEqual(tolerations, [
      { key: 'a', operator: 'Equal', value: 'b', effect: '' },
      { key: '', operator: 'Exists', value: '', effect: '' },
    ]);
  });

  it('with its gates, its gang and its claims', () => {
    const spec = specOf({
      schedulingGates: [{ name: 'a.b/c' }],
      schedulingGroup: { podGroupName: 'gang' },
      resourceClaims: [
        { name: 'a', resourceClaimName: 'gpu' },
        { name: 'b', resourceClaimTemplateName: 'gpus' },
      ],
    });
    assert.deepEqual(spec.schedulingGates, ['a.b/c']);
    assert.equal(spec.podGroupName, 'gang');
    assert.deepEqual(spec.resourceClaims, [
      { name: 'a', resourceClaimName: 'gpu' },
      { name: 'b', resourceClaimTemplateName: 'gpus' },
    ]);
  });

  it('with the sources of volumes that scheduling tells apart', () => {
    const { volumes } = specOf({
      volumes: [
        { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'b', gcePersistentDisk: { pdName: 'disk', fsType: 'ext4', readOnly: true } },
        { name: 'c', awsElasticBlockStore: { volumeID: 'vol' } },
        { name: 'd', iscsi: { iqn: 'iqn', targetPortal: 'p', lun: 0 } },
        { name: 'e', rbd: { monitors: ['m'], image: 'i' } },
        { name: 'f', azureDisk: { diskName: 'disk', diskURI: 'u' } },
        { name: 'g', csi: { driver: 'd.csi', volumeAttributes: {} } },
        { name: 'h', image: { reference: 'r:1', pullPolicy: 'Always' } },
        { name: 'i', configMap: { name: 'c' } },
        { name: 'j' },
      ],
    });
    assert.deepEqual(
      volumes.map(({ source }) => source),
      [
        { kind: 'persistentVolumeClaim', claimName: 'data', readOnly: false },
        { kind: 'gcePersistentDisk', pdName: 'disk', readOnly: true },
        { kind: 'awsElasticBlockStore', volumeID: 'vol', readOnly: false },
        { kind: 'iscsi', iqn: 'iqn', readOnly: false },
        { kind: 'rbd', monitors: ['m'], pool: 'rbd', image: 'i', readOnly: false },
        { kind: 'azureDisk', diskName: 'disk', readOnly: false },
        { kind: 'csi', driver: 'd.csi' },
        { kind: 'image', reference: 'r:1' },
        { kind: 'other' },
        { kind: 'other' },
      ],
    );
  });

  it('with the claim that an ephemeral volume asks for', () => {
    const template = {
      metadata: { labels: { a: 'b' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const [volume] = specOf({ volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: template } }] }).volumes;
    assert.deepEqual(volume?.source, {
      kind: 'ephemeral',
      labels: { a: 'b' },
      template: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        volumeName: '',
        volumeMode: 'Filesystem',
      },
    });
  });
});

describe('requests of a pod as a whole', () => {
  const container = { name: 'c', resources: { requests: { cpu: '300m', memory: '1Gi' } } };
  const resourcesOf = (resources: Record<string, unknown>) => specOf({ resources, containers: [container] }).resources;

  it('are what is written, when it has no limits', () => {
    assert.deepEqual(resourcesOf({ requests: { cpu: 1 } })?.requests, { cpu: '1' });
  });

  it('are those of its containers where it has limits, and the limits where they have none', () => {
    assert.deepEqual(resourcesOf({ limits: { cpu: 2, 'hugepages-2Mi': '4Mi' } })?.requests, {
      cpu: '300m',
      memory: '1073741824',
      'hugepages-2Mi': '4Mi',
    });
    assert.deepEqual(resourcesOf({ limits: { cpu: 2 }, requests: { cpu: 1 } })?.requests, {
      cpu: '1',
      memory: '1073741824',
    });
  });
});

describe('keys of labels in the affinity of a pod', () => {
  const selectorOf = (term: Record<string, unknown>, labels: Record<string, string>) => {
    const affinity = {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...term }] },
    };
    const pod = read('Pod', writtenPod({ affinity }, { metadata: { name: 'p', labels } }));
    return pod.spec.affinity.podAffinity?.required[0];
  };

  it('become requirements for the values that the pod has', () => {
    const term = selectorOf(
      { labelSelector: {}, matchLabelKeys: ['app', 'absent'], mismatchLabelKeys: ['tenant'] },
      { app: 'web', tenant: 'a' },
    );
    assert.deepEqual(term?.labelSelector?.matchExpressions, [
      { key: 'app', operator: 'In', values: ['web'] },
      { key: 'tenant', operator: 'NotIn', values: ['a'] },
    ]);
    assert.deepEqual(term?.matchLabelKeys, ['app', 'absent']);
  });

  it('are not added again to a pod that comes from an API server', () => {
    const matchExpressions = [{ key: 'app', operator: 'In', values: ['web'] }];
    const term = selectorOf({ labelSelector: { matchExpressions }, matchLabelKeys: ['app'] }, { app: 'web' });
    assert.deepEqual(term?.labelSelector?.matchExpressions, matchExpressions);
  });
});

describe('the status of a pod', () => {
  const statusOf = (status: Record<string, unknown>) => read('Pod', writtenPod({}, { status })).status;

  it('is read where scheduling needs it', () => {
    const mapping = { containerName: 'c', resourceName: 'example.com/gpu', requestName: 'container-0-request-0' };
    const status = statusOf({
      phase: 'Running',
      nominatedNodeName: 'n',
      startTime: '2026-01-01T00:00:00Z',
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z' }],
      containerStatuses: [
        { name: 'c', ready: true, allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } },
        { name: 'd', ready: true },
      ],
      resourceClaimStatuses: [{ name: 'a', resourceClaimName: 'p-a-x' }],
      extendedResourceClaimStatus: { resourceClaimName: 'x', requestMappings: [{ ...mapping, more: 1 }] },
      hostIP: '10.0.0.1',
      qosClass: 'Burstable',
    });
    assert.deepEqual(status, {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      nominatedNodeName: 'n',
      startTime: '2026-01-01T00:00:00Z',
      containerStatuses: [
        { name: 'c', allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' }, limits: {} } },
      ],
      resourceClaimStatuses: [{ name: 'a', resourceClaimName: 'p-a-x' }],
      extendedResourceClaimStatus: { resourceClaimName: 'x', requestMappings: [mapping] },
    });
  });

  it('may have an address of either family; only IPv4 is used', () => {
    assert.deepEqual(statusOf({ podIP: '10.1.2.3' }), {
      phase: 'Pending',
      conditions: [],
      nominatedNodeName: '',
      podIP: '10.1.2.3',
    });
    assert.deepEqual(statusOf({ podIP: 'fd00::1' }), { phase: 'Pending', conditions: [], nominatedNodeName: '' });
  });
});
