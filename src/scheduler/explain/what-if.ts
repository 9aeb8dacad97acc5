/** What-ifs as they are typed: one change of a weight, a request, a label or a taint. Pure. */
import { InputError } from '../../api/errors.ts';
import type { Node, Pod, Taint, TaintEffect } from '../../api/objects.ts';

export type WhatIfChange =
  | { readonly kind: 'weight'; readonly plugin: string; readonly weight: number }
  | { readonly kind: 'request'; readonly resource: string; readonly quantity: string }
  | { readonly kind: 'label'; readonly node: string; readonly key: string; readonly value: string | undefined }
  | { readonly kind: 'taint'; readonly node: string; readonly taint: Taint }
  | { readonly kind: 'untaint'; readonly node: string; readonly key: string };

const forms = [
  'weight:PLUGIN=NUMBER',
  'request:RESOURCE=QUANTITY',
  'label:NODE:KEY=VALUE',
  'label:NODE:KEY- (takes it away)',
  'taint:NODE:KEY=VALUE:EFFECT',
  'taint:NODE:KEY- (takes it away)',
];

const effects: readonly TaintEffect[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** @throws InputError that shows the forms. */
export function parseWhatIf(text: string): WhatIfChange {
  const change = parse(text);
  if (change === undefined) throw new InputError(`--what-if '${text}' is not understood; allowed: ${forms.join(', ')}`);
  return change;
}

function parse(text: string): WhatIfChange | undefined {
  const weight = /^weight:([^=]+)=(\d+)$/.exec(text);
  if (weight?.[1] !== undefined) return { kind: 'weight', plugin: weight[1], weight: Number(weight[2]) };
  const request = /^request:([^=]+)=(.+)$/.exec(text);
  if (request?.[1] !== undefined && request[2] !== undefined) {
    return { kind: 'request', resource: request[1], quantity: request[2] };
  }
  const gone = /^(label|taint):([^:]+):([^=:]+)-$/.exec(text);
  if (gone?.[2] !== undefined && gone[3] !== undefined) {
    const [, what, node, key] = gone;
    return what === 'label' ? { kind: 'label', node, key, value: undefined } : { kind: 'untaint', node, key };
  }
  const label = /^label:([^:]+):([^=]+)=(.*)$/.exec(text);
  if (label?.[1] !== undefined && label[2] !== undefined) {
    return { kind: 'label', node: label[1], key: label[2], value: label[3] ?? '' };
  }
  const taint = /^taint:([^:]+):([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text);
  const effect = effects.find((known) => known === taint?.[4]);
  if (taint?.[1] !== undefined && taint[2] !== undefined && effect !== undefined) {
    return { kind: 'taint', node: taint[1], taint: { key: taint[2], value: taint[3] ?? '', effect } };
  }
  return undefined;
}

/** The pod with the change; the same object where the change is not about pods. */
export function changedPod(pod: Pod, change: WhatIfChange): Pod {
  if (change.kind !== 'request') return pod;
  const [first, ...others] = pod.spec.containers;
  if (first === undefined) return pod;
  const requests = { ...first.resources.requests, [change.resource]: change.quantity };
  const container = { ...first, resources: { ...first.resources, requests } };
  return { ...pod, spec: { ...pod.spec, containers: [container, ...others] } };
}

/** The node with the change; the same object where the change is not about it. */
export function changedNode(node: Node, change: WhatIfChange): Node {
  if (!('node' in change) || change.node !== node.metadata.name) return node;
  switch (change.kind) {
    case 'label': {
      const { [change.key]: _, ...others } = node.metadata.labels;
      const labels = change.value === undefined ? others : { ...others, [change.key]: change.value };
      return { ...node, metadata: { ...node.metadata, labels } };
    }
    case 'taint':
      return withTaints(node, [...without(node.spec.taints, change.taint.key), change.taint]);
    case 'untaint':
      return withTaints(node, without(node.spec.taints, change.key));
  }
}

function withTaints(node: Node, taints: readonly Taint[]): Node {
  return { ...node, spec: { ...node.spec, taints } };
}

function without(taints: readonly Taint[], key: string): Taint[] {
  return taints.filter((taint) => taint.key !== key);
}
