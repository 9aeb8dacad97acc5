/**
 * The taints of devices: those of their slices, and those that DeviceTaintRules add.
 * Sources: dynamic-resource-allocation resourceslice/tracker, resourceclaim (ToleratesTaint).
 */
import type { DeviceTaintRule, Taint, Toleration } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PoolDevice } from './pool-device.ts';

/** Which taints count. */
export type TaintSources = 'none' | 'slices' | 'slices and rules';

const none: readonly Taint[] = [];

export class DeviceTaints {
  readonly #cluster: ClusterState;
  #generation = -1;
  #rules: readonly DeviceTaintRule[] = [];

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** Whether a taint keeps the device from being allocated. */
  isTainted(device: PoolDevice, tolerations: readonly Toleration[], sources: TaintSources): boolean {
    if (sources === 'none') return false;
    const added = sources === 'slices' ? none : this.#added(device);
    return device.device.taints.some(keepsOff(tolerations)) || added.some(keepsOff(tolerations));
  }

  #added({ driver, pool, device }: PoolDevice): readonly Taint[] {
    const { objects } = this.#cluster;
    const generation = objects.generation('DeviceTaintRule');
    if (generation !== this.#generation) {
      this.#rules = [...objects.list('DeviceTaintRule')];
      this.#generation = generation;
    }
    if (this.#rules.length === 0) return none;
    return this.#rules.flatMap(({ spec: { deviceSelector, taint } }) => {
      const is = (wanted: string | undefined, name: string): boolean => wanted === undefined || wanted === name;
      const isSelected =
        is(deviceSelector.driver, driver) && is(deviceSelector.pool, pool) && is(deviceSelector.device, device.name);
      return isSelected && taint !== undefined ? [taint] : [];
    });
  }
}

function keepsOff(tolerations: readonly Toleration[]): (taint: Taint) => boolean {
  return (taint) =>
    (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
    !tolerations.some(
      ({ key, operator, value, effect }) =>
        (effect === '' || effect === taint.effect) &&
        (key === '' || key === taint.key) &&
        (operator === 'Exists' || value === taint.value),
    );
}

export const deviceTaints = (cluster: ClusterState): DeviceTaints => new DeviceTaints(cluster);
