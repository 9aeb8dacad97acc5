/**
 * How long it takes to replace kube-proxy's nat table, native encoder against `iptables-legacy-restore`, on one
 * kernel in one run. `npx tsx bench/iptables-programming.ts [--services 10000] [--rounds 8] [--json]`, as root.
 *
 * Each slice starts in a network namespace of its own, whose table is empty. The native side is timed from the table
 * as objects to its commit; the tool, from its start with its text lying ready in a file, which spares it the writing
 * of that text. Both write the same bytes, which is checked. The first table of a process takes longer than the
 * following ones, because V8 has not compiled the encoder yet: it is shown apart.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { tableAddon } from '../native/iptables/addon.ts';
import { formatSave, type ReplaceStats, replaceTable, type Table } from '../native/iptables/index.ts';
import { closeNetns, createNetns, type Netns, withNetns } from '../native/netns/index.ts';
import { createIptablesPlanner } from '../src/proxy/iptables/plan.ts';
import { createRandom, type Figure, medianFigure, pairedRatio } from '../src/stats/index.ts';
import { padServices } from '../src/workloads/services.ts';

/** The nat table that kube-proxy's iptables mode makes of so many Services with an endpoint each. */
function natTable(services: number): Table {
  const padding = { measured: [], total: services, position: 'last', endpointsPerService: 1 } as const;
  return createIptablesPlanner()(padServices({ ...padding, random: createRandom(1) })).nat;
}

interface Slice {
  readonly elapsedNs: number;
  /** Of the kernel's table, so that both arms can be shown to have made the same one. */
  readonly digest: string;
}

async function slice(program: (netns: Netns) => void): Promise<Slice> {
  const netns = createNetns();
  try {
    const start = process.hrtime.bigint();
    program(netns);
    const elapsedNs = Number(process.hrtime.bigint() - start);
    const { entries } = tableAddon().readEntries('nat', netns.fd);
    return { elapsedNs, digest: createHash('sha256').update(entries).digest('hex') };
  } finally {
    closeNetns(netns);
    // The kernel takes a namespace and its table down in the background: not during the next slice.
    await sleep(300);
  }
}

function runTool(netns: Netns, textFile: string): void {
  const { status, error, stderr } = withNetns(netns, () =>
    spawnSync('iptables-legacy-restore', ['--wait', '5', textFile]),
  );
  if (error !== undefined)
    throw new Error(`iptables-legacy-restore does not start: ${error.message}; install iptables`);
  if (status !== 0) throw new Error(`iptables-legacy-restore failed: ${String(stderr).slice(0, 200)}`);
}

interface Measured {
  readonly nativeNs: Map<number, number>;
  readonly toolNs: Map<number, number>;
  readonly stats: ReplaceStats[];
  readonly firstNs: number;
}

async function measure(table: Table, textFile: string, rounds: number, log: (line: string) => void): Promise<Measured> {
  const stats: ReplaceStats[] = [];
  const native = (netns: Netns): void => {
    stats.push(replaceTable(table, netns));
  };
  const tool = (netns: Netns): void => runTool(netns, textFile);
  const first = await slice(native);
  // Enough for the encoder to be compiled, and for the tool's files to be in memory.
  for (let warmUp = 0; warmUp < 2; warmUp += 1) for (const arm of [native, tool]) await slice(arm);
  stats.length = 0;
  const measured: Measured = { nativeNs: new Map(), toolNs: new Map(), stats, firstNs: first.elapsedNs };
  for (let round = 0; round < rounds; round += 1) {
    const arms = [
      [native, measured.nativeNs],
      [tool, measured.toolNs],
    ] as const;
    for (const [arm, results] of round % 2 === 0 ? arms : arms.toReversed()) {
      const { elapsedNs, digest } = await slice(arm);
      if (digest !== first.digest) throw new Error('the two arms made different tables');
      results.set(round, elapsedNs);
      log(`round ${round + 1}: ${arm === native ? 'native' : 'tool  '} ${(elapsedNs / 1e6).toFixed(0)} ms`);
    }
  }
  return measured;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      services: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  });
  const table = natTable(Number(values.services));
  const folder = mkdtempSync(join(tmpdir(), 'kubedyno-iptables-'));
  try {
    const textFile = join(folder, 'nat');
    writeFileSync(textFile, formatSave(table));
    const log = values.json ? () => undefined : (line: string) => console.log(line);
    report(table, await measure(table, textFile, Number(values.rounds), log), values.json);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report({ chains }: Table, { nativeNs, toolNs, stats, firstNs }: Measured, json: boolean): void {
  const speedup = pairedRatio(toolNs, nativeNs);
  if (speedup === undefined) throw new Error('no round was measured; ask for at least one with --rounds');
  const figures = {
    native: medianFigure(nativeNs.values(), 'ns'),
    encode: medianFigure(
      stats.map(({ encodeNs }) => encodeNs),
      'ns',
    ),
    kernel: medianFigure(
      stats.map(({ kernelNs }) => kernelNs),
      'ns',
    ),
    tool: medianFigure(toolNs.values(), 'ns'),
    speedup,
  };
  const rules = chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  const bytes = stats[0]?.bytes ?? 0;
  if (json) {
    console.log(JSON.stringify({ kernel: release(), chains: chains.length, rules, bytes, firstNs, figures }));
    return;
  }
  const inMs = ({ estimate, low, high }: Figure): string =>
    `${(estimate / 1e6).toFixed(0)} ms (${(low / 1e6).toFixed(0)} to ${(high / 1e6).toFixed(0)})`;
  console.log(`Linux ${release()}: ${chains.length} chains, ${rules} rules, ${bytes} bytes, ${speedup.n} rounds`);
  console.log(`native                  ${inMs(figures.native)}`);
  console.log(`  encoding              ${inMs(figures.encode)}`);
  console.log(`  in the kernel         ${inMs(figures.kernel)}`);
  console.log(`  first of the process  ${(firstNs / 1e6).toFixed(0)} ms`);
  console.log(`iptables-legacy-restore ${inMs(figures.tool)}`);
  console.log(
    `native is ${speedup.estimate.toFixed(2)} times as fast ` +
      `(${(speedup.confidence * 100).toFixed(1)} % interval ${speedup.low.toFixed(2)} to ${speedup.high.toFixed(2)})`,
  );
}

await main();
