/** A table of nf_tables that carries out commands as the kernel does and is as strict: what it refuses, the kernel refuses. */

export interface NftModel {
  readonly chains: Map<string, string[]>;
  /** Maps hold key to verdict, sets key to nothing. */
  readonly containers: Map<string, Map<string, string>>;
}

export const emptyModel = (): NftModel => ({ chains: new Map(), containers: new Map() });

function must<T>(value: T | undefined, command: string): T {
  if (value === undefined) throw new Error(`refused: ${command}`);
  return value;
}

/** Everything that a rule or an element refers to must be there already. */
function checkReferences(model: NftModel, text: string, command: string): void {
  for (const [, chain = ''] of text.matchAll(/(?:jump|goto) (\S+?)(?:,|$| )/g)) must(model.chains.get(chain), command);
  for (const [, container = ''] of text.matchAll(/@(\S+)/g)) must(model.containers.get(container), command);
}

function isReferred(model: NftModel, name: string): boolean {
  const texts = [...model.chains.values()]
    .flat()
    .concat([...model.containers.values()].flatMap((map) => [...map.values()]));
  return texts.some((text) => text.replaceAll(/[,{}]/g, ' ').split(/\s+/).includes(name));
}

const table = 'ip kube-proxy';

export function applyCommands(model: NftModel, commands: readonly string[]): void {
  for (const command of commands) applyCommand(model, command);
}

function applyCommand(model: NftModel, command: string): void {
  const [, verb = '', kind = '', rest = ''] =
    new RegExp(`^(add|flush|delete) (table|chain|rule|set|map|element) ${table} ?(.*)$`).exec(command) ?? [];
  const [name = '', ...words] = rest.split(' ');
  const tail = words.join(' ');
  switch (`${verb} ${kind}`) {
    case 'add table':
      return;
    case 'add chain':
      if (!model.chains.has(name)) model.chains.set(name, []);
      return;
    case 'flush chain':
      must(model.chains.get(name), command).length = 0;
      return;
    case 'delete chain':
      if (must(model.chains.get(name), command).length > 0 || isReferred(model, name))
        throw new Error(`busy: ${command}`);
      model.chains.delete(name);
      return;
    case 'add rule':
      checkReferences(model, tail, command);
      must(model.chains.get(name), command).push(tail);
      return;
    case 'add set':
    case 'add map':
      if (model.containers.has(name)) throw new Error(`exists: ${command}`);
      model.containers.set(name, new Map());
      return;
    case 'delete set':
      must(model.containers.get(name), command);
      if (isReferred(model, `@${name}`)) throw new Error(`busy: ${command}`);
      model.containers.delete(name);
      return;
    case 'add element':
    case 'delete element':
      changeElements(model, verb, must(model.containers.get(name), command), tail, command);
      return;
    default:
      throw new Error(`not understood: ${command}`);
  }
}

function changeElements(
  model: NftModel,
  verb: string,
  container: Map<string, string>,
  tail: string,
  command: string,
): void {
  for (const element of tail.slice(2, -2).split(', ')) {
    const [key = '', verdict = ''] = element.split(' : ');
    const plainKey = key.replace(/ comment ".*"/, '');
    if (verb === 'delete') {
      if (!container.delete(plainKey)) throw new Error(`no such element ${plainKey}: ${command.slice(0, 60)}`);
    } else {
      if (container.has(plainKey)) throw new Error(`element exists ${plainKey}: ${command.slice(0, 60)}`);
      checkReferences(model, verdict, command);
      container.set(plainKey, verdict);
    }
  }
}
