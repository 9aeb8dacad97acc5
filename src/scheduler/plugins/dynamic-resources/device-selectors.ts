/** Selectors, compiled once each, and what they have said of which device. */
import type { DeviceSelector } from '../../../api/objects.ts';
import { RecentMap } from '../support/recent-map.ts';
import { CelDevice } from './cel/device-variable.ts';
import { compileSelector } from './cel/environment.ts';
import { allocationErrors } from './errors.ts';
import type { PoolDevice } from './pool-device.ts';

type Compiled =
  | {
      readonly kind: 'expression';
      readonly ask: (device: CelDevice) => unknown;
      readonly known: WeakMap<PoolDevice, unknown>;
    }
  | { readonly kind: 'broken'; readonly cause: unknown };

/** Texts that are kept compiled. */
const expressionsKept = 256;

export class DeviceSelectors {
  readonly #compiled = new RecentMap<Compiled>(expressionsKept);
  readonly #variables = new WeakMap<PoolDevice, CelDevice>();

  /**
   * Whether the device meets all of the selectors.
   * @param owner whose they are, as `claim default/c` or `class c`
   * @throws AllocationError
   */
  matchAll(selectors: readonly DeviceSelector[], owner: string, device: PoolDevice): boolean {
    for (let place = 0; place < selectors.length; place += 1) {
      const { cel } = selectors[place] as DeviceSelector;
      if (!this.#matches(cel, owner, place, device)) return false;
    }
    return true;
  }

  #matches(cel: string, owner: string, place: number, device: PoolDevice): boolean {
    const compiled = this.#compiled.get(cel, () => compile(cel));
    if (compiled.kind === 'broken') throw allocationErrors.compile(owner, place, compiled.cause);
    let answer = compiled.known.get(device);
    if (answer === undefined) {
      try {
        answer = compiled.ask(this.#variableOf(device));
      } catch (error) {
        answer = error instanceof Error ? error : new Error(String(error));
      }
      compiled.known.set(device, answer);
    }
    if (typeof answer === 'boolean') return answer;
    const cause = answer instanceof Error ? answer : new Error('CEL result could not be converted to bool');
    throw allocationErrors.evaluation(owner, place, device.id, cause);
  }

  #variableOf(device: PoolDevice): CelDevice {
    let variable = this.#variables.get(device);
    if (variable === undefined) {
      variable = new CelDevice(device.driver, device.device);
      this.#variables.set(device, variable);
    }
    return variable;
  }
}

export const deviceSelectors = (): DeviceSelectors => new DeviceSelectors();

function compile(cel: string): Compiled {
  try {
    return { kind: 'expression', ask: compileSelector(cel), known: new WeakMap() };
  } catch (cause) {
    return { kind: 'broken', cause };
  }
}
