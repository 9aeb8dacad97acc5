/**
 * Drives the addon against recorded and spoilt replies and prints what came out as JSON lines. A program of its own,
 * because the sanitizers and the scripted kernel must be loaded before node is.
 */
import { IpvsError, type IpvsOperation, openIpvs } from '../../../../native/ipvs/index.ts';
import { loadAddon } from '../../../../native/load.ts';
import { operations as everyAttribute, tables } from '../../../guest/ipvs/tables.ts';

const service = { family: 'ipv4', id: { kind: 'address', protocol: 'TCP', ip: '10.96.0.1', port: 80 } } as const;
const operations: readonly IpvsOperation[] = [
  { op: 'add-service', service: { ...service, scheduler: 'wrr', flags: {}, timeoutSeconds: 0, netmaskPrefix: 32 } },
  {
    op: 'add-destination',
    service,
    destination: {
      ip: '10.2.0.2',
      port: 8080,
      forward: 'masquerade',
      weight: 1,
      upperThreshold: 0,
      lowerThreshold: 0,
    },
  },
  { op: 'delete-service', service },
];

/** The same tables changed and taken down again: every kind of operation. */
const everyOperation: readonly IpvsOperation[] = [
  ...everyAttribute,
  ...tables.flatMap(({ service: one, destinations }): IpvsOperation[] => [
    { op: 'edit-service', service: one },
    ...destinations.flatMap((destination): IpvsOperation[] => [
      { op: 'edit-destination', service: one, destination },
      { op: 'delete-destination', service: one, destination },
    ]),
    { op: 'zero', service: one },
    { op: 'delete-service', service: one },
  ]),
  { op: 'zero' },
  { op: 'flush' },
];

/** bigint has no JSON. */
const print = (line: object): void =>
  console.log(JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)));

/** The outcome of one call: its value, or the code of the IpvsError; any other error ends the program. */
function outcome(work: () => unknown): object {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof IpvsError)) throw error;
    return { code: error.code, index: error.operationIndex, accepted: error.accepted, refused: error.refused.length };
  }
}

function withFault<T>(fault: string, work: () => T): T {
  process.env.KUBEDYNO_FAULT = fault;
  try {
    return work();
  } finally {
    process.env.KUBEDYNO_FAULT = '';
  }
}

const client = openIpvs();
const reads = {
  services: () => client.services(),
  service: () => client.service(service),
  destinations: () => client.destinations(service),
  timeouts: () => client.timeouts(),
  info: () => client.info(),
};
/** Bytes of the longest recording: mutations beyond a shorter one's end leave it whole. */
const longestReply = 2860;

for (const [name, read] of Object.entries(reads)) print({ case: name, ...outcome(read) });
print({ case: 'apply', ...outcome(() => client.apply(operations)) });
print({ case: 'apply every operation', ...outcome(() => client.apply(everyOperation)) });
print({ case: 'apply nothing', ...outcome(() => client.apply([])) });
print({
  case: 'set timeouts',
  ...outcome(() => client.setTimeouts({ tcpSeconds: 1, tcpFinSeconds: 2, udpSeconds: 3 })),
});

for (const [name, read] of Object.entries(reads)) {
  const codes: Record<string, number> = {};
  const count = (fault: string): void => {
    const result = withFault(fault, () => outcome(read));
    const key = 'code' in result ? String(result.code) : 'value';
    codes[key] = (codes[key] ?? 0) + 1;
  };
  for (let length = 0; length <= longestReply; length += 1) count(`cut:${length}`);
  for (let bit = 0; bit < longestReply * 8; bit += 3) count(`flip:${bit}`);
  print({ case: `mutated ${name}`, codes });
}

const faults = ['overrun', 'silence', 'oversize', 'interrupted', 'stranger', 'refuse:1', 'refuse:12', 'refuse:17'];
for (const fault of faults) {
  print({ case: `apply under ${fault}`, ...withFault(fault, () => outcome(() => client.apply(operations))) });
  print({ case: `services under ${fault}`, ...withFault(fault, () => outcome(() => client.services().length)) });
}
print({ case: 'services after all of it', ...outcome(() => client.services().length) });

/** What the wrapper never passes: the addon must refuse it by itself. */
const { IpvsSocket } = loadAddon<{
  IpvsSocket: new () => Record<'apply' | 'destinations' | 'setTimeouts', (...args: unknown[]) => unknown>;
}>('ipvs');
const raw = new IpvsSocket();
const hostileCalls: Readonly<Record<string, () => unknown>> = {
  'no buffer': () => raw.apply(),
  'a typed array': () => raw.apply(new Uint8Array(128)),
  'half a record': () => raw.apply(new ArrayBuffer(64)),
  'a record without a service': () => raw.apply(new ArrayBuffer(128)),
  'a record of an unknown kind': () => raw.apply(new Uint32Array(32).fill(0xffff_ffff).buffer),
  'two keys': () => raw.destinations(new ArrayBuffer(144)),
  'texts for timeouts': () => raw.setTimeouts('1', '2', '3'),
};
for (const [name, call] of Object.entries(hostileCalls)) {
  let message = '';
  try {
    call();
  } catch (error) {
    message = String(error);
  }
  print({ case: `raw call with ${name}`, value: message });
}

client.close();
print({ case: 'closed', ...outcome(reads.info) });
print({ case: 'opened without the family', ...withFault('silence', () => outcome(() => openIpvs())) });
