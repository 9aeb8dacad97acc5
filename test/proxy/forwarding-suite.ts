/** What every data plane must do with real packets, whatever it is made of. */
import assert from 'node:assert/strict';
import { createLane, type Lane } from '../../src/kernel/topology.ts';
import type { DataPlane, ServicePort } from '../../src/proxy/types.ts';
import { udpSocketIn } from '../support/lane.ts';
import { needNetns, skipBecause } from '../support/namespaces.ts';
import { type Arrival, askTcp, askUdp, type Backend, type Closable, startBackend } from './reporting-backends.ts';
import { service } from './sample-services.ts';

const client = '10.1.0.2';
/** More clients, for what depends on who calls. */
const clients = Array.from({ length: 24 }, (_, index) => `10.1.0.${10 + index}`);
const endpointIps = ['10.2.1.1', '10.2.1.2', '10.2.1.3'];
const vip = '10.96.0.80';

const backends: readonly Backend[] = endpointIps.flatMap((ip): Backend[] => [
  { protocol: 'TCP', ip, port: 8080 },
  { protocol: 'UDP', ip, port: 8080 },
]);
const web = (...hosts: readonly number[]): string[] => hosts.map((host) => `10.2.1.${host}:8080`);

/** A lane with backends, and the data plane programmed into its node step by step. */
export class Harness {
  readonly lane: Lane;
  readonly #plane: DataPlane;
  readonly #closables: Closable[] = [];
  #state: unknown;

  private constructor(plane: DataPlane) {
    this.#plane = plane;
    this.lane = createLane({ clientAddresses: clients, backendAddresses: endpointIps });
  }

  static async open(plane: DataPlane): Promise<Harness> {
    const harness = new Harness(plane);
    for (const backend of backends) harness.#closables.push(await startBackend(harness.lane.backends, backend));
    return harness;
  }

  async program(...services: readonly ServicePort[]): Promise<void> {
    const desired = this.#plane.plan(services);
    await this.#plane.apply(this.lane.node, this.#state, desired);
    this.#state = desired;
  }

  tcp(port: number, from = client, ip = vip): Promise<Arrival> {
    return askTcp(this.lane.client, ip, port, from);
  }

  udp(port: number, from = client): Promise<Arrival> {
    return askUdp(this.lane.client, vip, port, from);
  }

  close(): void {
    for (const closable of this.#closables) closable.close();
    this.lane.close();
  }
}

/** Enough calls that each of three endpoints is missed with a probability below 1e-8 when chance decides. */
const manyCalls = 50;

async function endpointsOf(calls: number, ask: (index: number) => Promise<Arrival>): Promise<string[]> {
  const seen = new Set<string>();
  for (let call = 0; call < calls; call += 1) seen.add((await ask(call)).endpoint);
  return [...seen].sort();
}

/**
 * Declares the suite. `whyNot` says why this kernel cannot run the data plane, if it cannot; the suite is then skipped
 * with that reason.
 */
export function describeForwarding(title: string, create: () => DataPlane, whyNot: () => string | undefined): void {
  describe(title, function () {
    this.timeout(60_000);
    let harness: Harness;
    before(async function () {
      needNetns(this);
      const reason = whyNot();
      if (reason !== undefined) skipBecause(this, reason);
      harness = await Harness.open(create());
    });
    after(() => harness?.close());

    it('leads TCP connections to every endpoint, which see the client itself', async () => {
      await harness.program(service({ name: 'web', ip: vip, endpoints: web(1, 2, 3) }));
      assert.deepEqual(await endpointsOf(manyCalls, () => harness.tcp(80)), web(1, 2, 3));
      assert.equal((await harness.tcp(80)).source, client);
    });

    it('leads UDP flows to every endpoint, which see the client itself', async () => {
      await harness.program(service({ name: 'dns', ip: vip, port: 53, protocol: 'UDP', endpoints: web(1, 2, 3) }));
      assert.deepEqual(await endpointsOf(manyCalls, () => harness.udp(53)), web(1, 2, 3));
      assert.equal((await harness.udp(53)).source, client);
    });

    it('tells protocols of one address and port apart', async () => {
      await harness.program(
        service({ name: 'dns', portName: 'tcp', ip: vip, port: 53, endpoints: web(1) }),
        service({ name: 'dns', portName: 'udp', ip: vip, port: 53, protocol: 'UDP', endpoints: web(2) }),
      );
      assert.equal((await harness.tcp(53)).endpoint, web(1)[0]);
      assert.equal((await harness.udp(53)).endpoint, web(2)[0]);
    });

    it('refuses connections to a Service without endpoints', async () => {
      await harness.program(
        service({ name: 'web', ip: vip }),
        service({ name: 'dns', ip: vip, port: 53, protocol: 'UDP' }),
      );
      await assert.rejects(harness.tcp(80), { code: 'ECONNREFUSED' });
      await assert.rejects(harness.udp(53), { code: 'ECONNREFUSED' });
    });

    it('keeps a client at its endpoint with affinity, other clients at theirs', async () => {
      await harness.program(service({ name: 'sticky', ip: vip, endpoints: web(1, 2, 3), affinitySeconds: 600 }));
      const first = new Map<string, string>();
      for (const from of clients) first.set(from, (await harness.tcp(80, from)).endpoint);
      assert.ok(new Set(first.values()).size > 1, 'all clients are at one endpoint');
      for (const from of clients) assert.equal((await harness.tcp(80, from)).endpoint, first.get(from), from);
    });

    it('masquerades an endpoint that calls itself through its Service', async () => {
      const endpoint = { ip: '10.2.1.1', port: 9999 };
      await harness.program(
        service({ name: 'self', ip: vip, port: 53, protocol: 'UDP', endpoints: [`${endpoint.ip}:${endpoint.port}`] }),
      );
      const socket = await udpSocketIn(harness.lane.backends, endpoint.ip, endpoint.port);
      try {
        const received = new Promise<string>((resolve) => {
          socket.once('message', (message, sender) => resolve(`${message} from ${sender.address}`));
        });
        socket.send('hello', 53, vip);
        assert.equal(await received, 'hello from 10.2.0.1');
      } finally {
        socket.close();
      }
    });

    it('follows endpoints that come and go', async () => {
      await harness.program(service({ name: 'web', ip: vip, endpoints: web(1, 2) }));
      assert.deepEqual(await endpointsOf(manyCalls, () => harness.tcp(80)), web(1, 2));
      await harness.program(service({ name: 'web', ip: vip, endpoints: web(2, 3) }));
      assert.deepEqual(await endpointsOf(manyCalls, () => harness.tcp(80)), web(2, 3));
      await harness.program(service({ name: 'web', ip: vip }));
      await assert.rejects(harness.tcp(80), { code: 'ECONNREFUSED' });
      await harness.program(service({ name: 'web', ip: vip, endpoints: web(3) }));
      assert.equal((await harness.tcp(80)).endpoint, web(3)[0]);
    });

    it('follows Services that come and go, and leaves the others alone', async () => {
      const stays = service({ name: 'stays', ip: '10.96.0.81', endpoints: web(1) });
      const other = (port: number, host: number) =>
        service({ name: 'other', portName: `p${port}`, ip: vip, port, endpoints: web(host) });
      await harness.program(stays, other(80, 1));
      await harness.program(other(81, 3), stays, other(80, 2));
      assert.equal((await harness.tcp(80)).endpoint, web(2)[0]);
      assert.equal((await harness.tcp(81)).endpoint, web(3)[0]);
      await harness.program(stays, other(81, 3));
      assert.equal((await harness.tcp(81)).endpoint, web(3)[0]);
      assert.equal((await harness.tcp(80, client, '10.96.0.81')).endpoint, web(1)[0]);
    });

    it('finds a Service behind hundreds of others, and when they are gone', async () => {
      const many = Array.from({ length: 500 }, (_, index) =>
        service({
          name: `s${index}`,
          ip: `10.97.${index >> 8}.${index & 255}`,
          endpoints: [`@10.2.128.${index & 127}:80`],
        }),
      );
      const web2 = service({ name: 'web', ip: vip, endpoints: web(2) });
      await harness.program(...many, web2);
      assert.equal((await harness.tcp(80)).endpoint, web(2)[0]);
      await harness.program(web2);
      assert.equal((await harness.tcp(80)).endpoint, web(2)[0]);
    });
  });
}
