/** Which pods on nodes are counted: what counts by domain are kept for. */
import type { CompiledSelector } from '../../api/label-selectors.ts';
import type { LabelSet } from '../cluster/pod-info.ts';
import { type Anchors, nowhere } from './matchmaker.ts';

export interface PodSelection {
  /** Equal for selections of the same pods. */
  readonly key: string;
  readonly anchors: Anchors;
  /** Selects by the labels of namespaces, too: it selects others when these change. */
  readonly readsNamespaces: boolean;
  selects(labels: LabelSet, isDeleting: boolean): boolean;
}

/** What a spread constraint spreads: pods of one namespace, without those that are on their way out. */
export function livePods(namespace: string, selector: CompiledSelector, anchors: Anchors): PodSelection {
  return {
    key: `live ${namespace} ${selector.key}`,
    anchors,
    readsNamespaces: false,
    selects: (labels, isDeleting) => !isDeleting && labels.namespace === namespace && selector.matches(labels.labels),
  };
}

export const noPods: PodSelection = {
  key: 'none',
  anchors: nowhere,
  readsNamespaces: false,
  selects: () => false,
};
