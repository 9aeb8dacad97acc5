/**
 * How long it takes to program a kube-proxy-like IPVS table, native client against `ipvsadm -R`, on one kernel in one
 * run: this machine's, or the guest's where this one has no IPVS.
 * usage: node --import tsx bench/ipvs-programming.ts [--services 10000] [--rounds 6] [--json]     (as root)
 *
 * Each slice starts in a network namespace of its own: IPVS keeps deleted destinations for two minutes and searches
 * all of them for every destination added, so that a second round in the same namespace would mostly measure that.
 * Both sides are timed from the data in memory to the table in the kernel, the start of ipvsadm included.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { IpvsError, type IpvsOperation, type IpvsServiceKey, openIpvs } from '../native/ipvs/index.ts';
import { closeNetns, createNetns, type Netns, withNetns } from '../native/netns/index.ts';
import { type Figure, medianFigure, pairedRatio } from '../src/stats/index.ts';
import { runInGuest } from './in-guest.ts';

interface Workload {
  readonly operations: readonly IpvsOperation[];
  readonly ipvsadmText: string;
  readonly services: number;
  readonly destinations: number;
}

/** Services as kube-proxy's IPVS mode makes them: a cluster IP, rr, 1 to 3 endpoints of weight 1 by masquerading. */
function workload(services: number): Workload {
  const operations: IpvsOperation[] = [];
  let ipvsadmText = '';
  let destinations = 0;
  for (let index = 0; index < services; index += 1) {
    const ip = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    const key: IpvsServiceKey = { family: 'ipv4', id: { kind: 'address', protocol: 'TCP', ip, port: 80 } };
    const config = { scheduler: 'rr', flags: {}, timeoutSeconds: 0, netmaskPrefix: 32 } as const;
    operations.push({ op: 'add-service', service: { ...key, ...config } });
    ipvsadmText += `-A -t ${ip}:80 -s rr\n`;
    for (let endpoint = 0; endpoint <= index % 3; endpoint += 1, destinations += 1) {
      const backend = `10.2.${(destinations >> 8) & 255}.${destinations & 255}`;
      const masquerade = {
        port: 8080,
        forward: 'masquerade',
        weight: 1,
        upperThreshold: 0,
        lowerThreshold: 0,
      } as const;
      operations.push({ op: 'add-destination', service: key, destination: { ip: backend, ...masquerade } });
      ipvsadmText += `-a -t ${ip}:80 -r ${backend}:8080 -m -w 1\n`;
    }
  }
  return { operations, ipvsadmText, services, destinations };
}

/** Programs `load` into the empty tables of a namespace. */
type Arm = (netns: Netns, load: Workload) => void;

const native: Arm = (netns, { operations }) => {
  const client = openIpvs(netns);
  client.apply(operations);
  client.close();
};

const ipvsadm: Arm = (netns, { ipvsadmText }) => {
  const { status, error, stderr } = withNetns(netns, () => spawnSync('ipvsadm', ['-R'], { input: ipvsadmText }));
  if (error !== undefined) throw new Error(`ipvsadm does not start: ${error.message}; install it`);
  if (status !== 0) throw new Error(`ipvsadm -R failed: ${String(stderr).slice(0, 200)}`);
};

/** A digest of all services and destinations, so that both arms can be shown to have made the same table. */
function tableDigest(netns: Netns, load: Workload): string {
  const client = openIpvs(netns);
  const rows = client.services().map((service) => {
    const destinations = client
      .destinations(service)
      .map(({ ip, port, weight, forward }) => [ip, port, weight, forward]);
    return JSON.stringify([service.id, service.scheduler, destinations]);
  });
  client.close();
  if (rows.length !== load.services) throw new Error(`${rows.length} services in the kernel, not ${load.services}`);
  return createHash('sha256').update(rows.sort().join('\n')).digest('hex');
}

interface Slice {
  readonly elapsedMs: number;
  readonly digest: string;
}

async function slice(arm: Arm, load: Workload): Promise<Slice> {
  const netns = createNetns();
  try {
    const start = process.hrtime.bigint();
    arm(netns, load);
    const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6;
    return { elapsedMs, digest: tableDigest(netns, load) };
  } finally {
    closeNetns(netns);
    // The kernel takes a namespace down in the background: not during the next slice.
    await sleep(1000);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      services: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '6' },
      json: { type: 'boolean', default: false },
    },
  });
  const load = workload(Number(values.services));
  // Loads the modules, which belongs to neither arm.
  try {
    await slice(native, workload(1));
  } catch (error) {
    if (!(error instanceof IpvsError) || error.code !== 'no-ipvs') throw error;
    await runInGuest(import.meta.url, process.argv.slice(2));
    return;
  }

  const elapsed = { native: new Map<number, number>(), ipvsadm: new Map<number, number>() };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const arms = [['native', native] as const, ['ipvsadm', ipvsadm] as const];
    if (round % 2 === 1) arms.reverse();
    const digests = new Set<string>();
    for (const [name, arm] of arms) {
      const { elapsedMs, digest } = await slice(arm, load);
      elapsed[name].set(round, elapsedMs);
      digests.add(digest);
      if (!values.json) console.log(`round ${round + 1}: ${name} ${elapsedMs.toFixed(0)} ms`);
    }
    if (digests.size !== 1) throw new Error('the two arms made different tables');
  }
  report(load, elapsed, values.json);
}

function report(
  load: Workload,
  elapsed: Readonly<Record<'native' | 'ipvsadm', ReadonlyMap<number, number>>>,
  json: boolean,
): void {
  const median = (name: 'native' | 'ipvsadm'): Figure =>
    medianFigure(
      [...elapsed[name].values()].map((ms) => ms * 1e6),
      'ns',
    );
  const speedup = pairedRatio(elapsed.ipvsadm, elapsed.native);
  if (speedup === undefined) throw new Error('no round was measured; ask for at least one with --rounds');
  const { services, destinations } = load;
  const figures = { native: median('native'), ipvsadm: median('ipvsadm'), speedup };
  if (json) {
    console.log(JSON.stringify({ kernel: release(), services, destinations, figures }));
    return;
  }
  const inMs = ({ estimate, low, high }: Figure): string =>
    `${(estimate / 1e6).toFixed(0)} ms (${(low / 1e6).toFixed(0)} to ${(high / 1e6).toFixed(0)})`;
  console.log(`Linux ${release()}: ${services} services with ${destinations} destinations, ${speedup.n} rounds`);
  console.log(`native     ${inMs(figures.native)}`);
  console.log(`ipvsadm -R ${inMs(figures.ipvsadm)}`);
  console.log(
    `native is ${speedup.estimate.toFixed(1)} times as fast ` +
      `(${(speedup.confidence * 100).toFixed(1)} % interval ${speedup.low.toFixed(1)} to ${speedup.high.toFixed(1)})`,
  );
}

await main();
