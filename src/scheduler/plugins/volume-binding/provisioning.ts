/** Whether a volume can be made for a claim, and where. Source: volumebinding/binder.go, checkVolumeProvisions. */
import type { CSIStorageCapacity, Labels, StorageClass } from '../../../api/objects.ts';
import { quantityValue } from '../../../api/quantity.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { PluginError } from '../../framework/errors.ts';
import type { StorageCapacities } from '../volumes/storage-capacity.ts';
import type { DelayedClaim } from './pod-claims.ts';

const noProvisioner = 'kubernetes.io/no-provisioner';

/** An object: it can, by this capacity where the driver tells of one. */
export type ProvisioningOutcome = 'never' | 'no space' | { readonly capacity?: CSIStorageCapacity };

const anywhere: ProvisioningOutcome = {};

export class ClaimProvisioning {
  readonly #capacities: StorageCapacities;
  readonly #storageClass: StorageClass | undefined;
  readonly #className: string;
  /** The same for every node. */
  readonly #settled: 'never' | undefined;
  /** That the driver must have left; absent where it does not say how much it has. */
  readonly #bytes: bigint | undefined;

  constructor({ claim, className }: DelayedClaim, objects: ObjectTable, capacities: StorageCapacities) {
    this.#capacities = capacities;
    this.#className = className;
    this.#storageClass = objects.get('StorageClass', '', className);
    const provisioner = this.#storageClass?.provisioner;
    this.#settled = provisioner === '' || provisioner === noProvisioner ? 'never' : undefined;
    const storage = claim.spec.resources.requests.storage;
    const driver = objects.get('CSIDriver', '', provisioner ?? '');
    this.#bytes = storage === undefined || driver?.spec.storageCapacity !== true ? undefined : quantityValue(storage);
  }

  /** Whatever the node. */
  get isNever(): boolean {
    return this.#settled === 'never';
  }

  /** @throws PluginError when the class has gone */
  check(slot: number, labels: Labels): ProvisioningOutcome {
    if (this.#settled !== undefined) return this.#settled;
    if (this.#storageClass === undefined) {
      throw new PluginError('VolumeBinding', `failed to find storage class "${this.#className}"`);
    }
    if (!isAllowed(this.#storageClass.allowedTopologies, labels)) return 'never';
    if (this.#bytes === undefined) return anywhere;
    const capacity = this.#capacities.find(this.#className, this.#bytes, slot, labels);
    return capacity === undefined ? 'no space' : { capacity };
  }
}

/** Any of the terms; one that says nothing allows nothing, and no term at all allows everything. */
function isAllowed(topologies: StorageClass['allowedTopologies'], labels: Labels): boolean {
  if (topologies.length === 0) return true;
  return topologies.some(
    ({ matchLabelExpressions }) =>
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => {
        const value = labels[key];
        return value !== undefined && values.includes(value);
      }),
  );
}
