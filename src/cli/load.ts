/** `kubedyno load`: load on one target, and whether the figures can be believed. */
import { Command } from 'commander';
import { allowedCpus, LoadPool, loadErrors, resolveTarget, type SliceLoad } from '../load/index.ts';
import { cpusOf, type LoadPlan, type LoadWords, planLoad } from './load-plan.ts';
import { exitStatus, jsonReport, textReport } from './load-report.ts';

const example = `
TARGET is HOST:PORT, tcp://HOST:PORT, udp://HOST:PORT or http://HOST[:PORT][/PATH].
Without --rate the loop is closed: each connection asks again when it was answered.

Example: 2,000 GETs a second, as independent users would send them
  $ node -e "require('http').createServer((_, reply) => reply.end('ok')).listen(8080)" &
  $ kubedyno load http://127.0.0.1:8080/ --rate 2000 --duration 5

Exit status: 0 valid, 1 nothing was answered, 2 void (the figures speak of the generator), 64 wrong usage.`;

/** The verb, ready to be added to the program. */
export function loadCommand(): Command {
  return new Command('load')
    .description('put load on a target and report latency percentiles, with a verdict on the generator itself')
    .argument('<target>', 'what to load')
    .option('--rate <n>', 'open loop: requests to start per second')
    .option('--arrivals <process>', 'open loop: poisson or constant', 'poisson')
    .option('--seed <n>', 'open loop: the same seed gives the same arrivals', '1')
    .option('--mode <mode>', 'rr: kept connections; crr: a connection for each request; udp')
    .option('--connections <n>', 'connections at the same time', '64')
    .option('--duration <seconds>', 'how long to measure', '10')
    .option('--warmup <seconds>', 'load before the measurement, not recorded', '1')
    .option('--timeout <seconds>', 'a request without a reply for so long is an error', '2')
    .option('--http', 'GET / over HTTP/1.1, as with an http:// target')
    .option('--request-bytes <n>', 'size of a request that is not HTTP', '64')
    .option('--reply-bytes <n>', 'size of a reply that is not HTTP (default: that of the request)')
    .option('--cpus <list>', 'a generator on each of these CPUs, such as 2,3 (default: the last CPU)')
    .option('--json', 'print JSON')
    .addHelpText('after', example)
    .action(async (target: string, words: LoadWords) => {
      process.exitCode = await load(target, words);
    });
}

/** @throws LoadError with the exit status that it deserves. */
async function load(targetText: string, words: LoadWords): Promise<number> {
  const plan = planLoad(targetText, words);
  const result = await measure(plan, cpusOf(words, allowedCpus()));
  const report =
    words.json === true ? JSON.stringify(jsonReport(plan, result), undefined, 2) : textReport(plan, result);
  process.stdout.write(`${report}\n`);
  return exitStatus(result);
}

/** Ctrl-C and a polite kill end the generators before they end the process. */
async function measure(plan: LoadPlan, cpus: readonly number[]): Promise<SliceLoad> {
  const address = await resolveTarget(plan.target);
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(loadErrors.interrupted());
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const pool = new LoadPool({ cpus });
  try {
    return await pool.runSlice({ ...plan.slice, target: address }, controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    await pool.close();
  }
}
