import assert from 'node:assert/strict';
import { loadObjects } from '../../src/api/index.ts';
import { memoryFiles } from './memory-files.ts';

describe('defaults of the API server', () => {
  it('fill in a Service', async () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {}}, ports: [{port: 80}]}\n';
    const { objects } = await loadObjects(['f.yaml'], memoryFiles({ 'f.yaml': text }));
    const service = objects.Service[0]?.object;
    assert.equal(service?.metadata.namespace, 'default');
    assert.equal(service?.spec.type, 'ClusterIP');
    assert.equal(service?.spec.ports[0]?.protocol, 'TCP');
    assert.equal(service?.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds, 10_800);
    assert.equal(service?.spec.publishNotReadyAddresses, false);
  });

  it('fill in a Deployment', async () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: shop}
spec:
  selector: {matchLabels: {app: a}}
  template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
`;
    const { objects } = await loadObjects(['f.yaml'], memoryFiles({ 'f.yaml': text }));
    const spec = objects.Deployment[0]?.object.spec;
    assert.equal(spec?.replicas, 1);
    assert.equal(spec?.template.spec.containers[0]?.ports[0]?.protocol, 'TCP');
  });
});
