/** Spells nftables objects as commands for one transaction. */
import { clusterIpsSet } from './fixed.ts';
import { table } from './names.ts';
import type { NftAffinitySet, NftChain, NftElement } from './service-objects.ts';

/** Elements of one container in one command: few enough for a readable line, many enough to parse fast. */
const elementsPerCommand = 500;

export const addChain = (name: string): string => `add chain ${table} ${name}`;
export const flushChain = (name: string): string => `flush chain ${table} ${name}`;
export const deleteChain = (name: string): string => `delete chain ${table} ${name}`;

export function addRules({ name, rules }: NftChain): string[] {
  return rules.map((rule) => `add rule ${table} ${name} ${rule}`);
}

export function addAffinitySet({ name, timeoutSeconds }: NftAffinitySet): string {
  return `add set ${table} ${name} { type ipv4_addr ; flags dynamic,timeout ; timeout ${timeoutSeconds}s ; }`;
}

export const deleteSet = (name: string): string => `delete set ${table} ${name}`;

export function addElements(elements: readonly NftElement[]): string[] {
  return byContainer(
    'add',
    elements,
    ({ map }) => map,
    ({ key, comment, verdict }) => `${key}${comment === undefined ? '' : ` comment "${comment}"`} : ${verdict}`,
  );
}

export function deleteElements(elements: readonly NftElement[]): string[] {
  return byContainer(
    'delete',
    elements,
    ({ map }) => map,
    ({ key }) => key,
  );
}

export function changeClusterIps(verb: 'add' | 'delete', ips: readonly string[]): string[] {
  return byContainer(
    verb,
    ips,
    () => clusterIpsSet,
    (ip) => ip,
  );
}

function byContainer<T>(
  verb: 'add' | 'delete',
  entries: readonly T[],
  containerOf: (entry: T) => string,
  spell: (entry: T) => string,
): string[] {
  const commands: string[] = [];
  for (const container of new Set(entries.map(containerOf))) {
    const texts = entries.filter((entry) => containerOf(entry) === container).map(spell);
    for (let start = 0; start < texts.length; start += elementsPerCommand) {
      const batch = texts.slice(start, start + elementsPerCommand);
      commands.push(`${verb} element ${table} ${container} { ${batch.join(', ')} }`);
    }
  }
  return commands;
}
