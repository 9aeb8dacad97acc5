/** `kubedyno proxy rules`: prints what a mode would program, without touching a kernel. */
import type { Writable } from 'node:stream';
import { Command } from 'commander';
import { InputError, inputErrors, loadObjects } from '../api/index.ts';
import { resolveServices } from '../proxy/endpoints/index.ts';
import { formatRules, type RuleMode, ruleModes } from '../proxy/format.ts';
import { type IpvsScheduler, ipvsSchedulers } from '../proxy/types.ts';
import { createLabelledRandom } from '../stats/random.ts';
import { type Position, padServices } from '../workloads/services.ts';

/** Where the rules and the remarks about them go; tests pass their own. */
export interface OutputStreams {
  readonly out: Writable;
  readonly err: Writable;
}

interface RulesOptions {
  readonly filename: readonly string[];
  readonly mode: RuleMode;
  readonly scheduler: IpvsScheduler;
  readonly services?: number;
  readonly position: Position;
  readonly seed: number;
  readonly json?: true;
}

const example = `
Examples:
  kubedyno proxy rules -f examples/web.yaml --mode nftables
  kubedyno proxy rules -f examples/web.yaml --mode ipvs --scheduler wlc --services 1000 --position last`;

/** The verb group `proxy`. Its verbs throw InputError for bad input. */
export function proxyCommand(streams: OutputStreams = { out: process.stdout, err: process.stderr }): Command {
  const proxy = new Command('proxy').description('Service data planes: what they program');
  proxy
    .command('rules')
    .description('print what a kube-proxy mode programs for the Services of manifests; touches no kernel')
    .requiredOption('-f, --filename <path...>', 'manifests: files, folders, or - for standard input')
    .option('--mode <mode>', `one of ${ruleModes.join(', ')}`, choice('mode', ruleModes), 'iptables')
    .option('--scheduler <name>', 'IPVS scheduler', choice('scheduler', ipvsSchedulers), 'rr')
    .option('--services <count>', 'pad with other Services to so many Service ports', count)
    .option('--position <place>', 'where yours stand among them', choice('position', positions), 'last')
    .option('--seed <number>', 'seed of the padding', integer, 1)
    .option('--json', 'print the Service ports, the notes and the rules as JSON')
    .addHelpText('after', example)
    .action((options: RulesOptions) => printRules(options, streams));
  return proxy;
}

const positions = ['first', 'middle', 'last'] as const satisfies readonly Position[];

async function printRules(options: RulesOptions, { out, err }: OutputStreams): Promise<void> {
  const { services: measured, notes } = resolveServices(await loadObjects(options.filename));
  const services =
    options.services === undefined
      ? measured
      : padServices({
          measured,
          total: options.services,
          position: options.position,
          endpointsPerService: 1,
          random: createLabelledRandom(options.seed, 'padding'),
        });
  const rules = formatRules(options.mode, services, options.scheduler);
  if (options.json === true) {
    out.write(`${JSON.stringify({ mode: options.mode, services, notes, rules }, null, 2)}\n`);
    return;
  }
  for (const note of notes) err.write(`note: ${note}\n`);
  out.write(rules);
}

function choice<T extends string>(what: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw inputErrors.unknownChoice(what, text, allowed);
    return found;
  };
}

function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new InputError(`'${text}' is not a whole number`);
  return value;
}

/** As many as an IPv4 Service range and a lane's endpoints comfortably hold. */
const maxServices = 200_000;

function count(text: string): number {
  const value = integer(text);
  if (value < 1 || value > maxServices) {
    throw new InputError(`--services ${text} is out of range; allowed: 1 to ${maxServices}`);
  }
  return value;
}
