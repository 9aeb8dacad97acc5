/** IPVS mode as text: each section in the format of the tool that would restore it. */
import type { IpvsDestinationConfig, IpvsServiceConfig } from '../../../native/ipvs/index.ts';
import { formatDefinition } from '../ipset/messages.ts';
import { formatIptables } from '../iptables/format.ts';
import { dummyDevice, ipvsChange } from './change.ts';
import type { IpvsState, IpvsVirtualServer } from './plan.ts';
import { entryText, setDefinitions } from './sets.ts';

export function formatIpvs(state: IpvsState): string {
  const { linkOperations, addedEntries } = ipvsChange(undefined, state);
  const addresses = linkOperations.flatMap((operation) =>
    operation.op === 'add-address' ? [`address add ${operation.ip}/${operation.prefix} dev ${dummyDevice}`] : [],
  );
  return [
    section('ip -batch -', [`link add ${dummyDevice} type dummy`, ...addresses]),
    section('ipvsadm --restore', state.servers.flatMap(formatServer)),
    section('ipset restore', [
      ...setDefinitions.map(formatDefinition),
      ...addedEntries.map((entry) => `add ${entryText(entry)}`),
    ]),
    `# iptables-restore\n${formatIptables(state.tables)}`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`# ${title}`, ...lines, ''].join('\n');
}

const protocolOptions = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' } as const;

function formatServer({ service, destinations }: IpvsVirtualServer): string[] {
  const address = formatKey(service);
  return [
    `-A ${address} -s ${service.scheduler}${formatPersistence(service)}${formatHashing(service)}`,
    ...destinations.map((destination) => `-a ${address} ${formatDestination(destination)}`),
  ];
}

function formatKey({ id }: IpvsServiceConfig): string {
  return id.kind === 'fwmark' ? `-f ${id.mark}` : `${protocolOptions[id.protocol]} ${id.ip}:${id.port}`;
}

function formatPersistence({ flags, timeoutSeconds }: IpvsServiceConfig): string {
  return flags.persistent === true ? ` -p ${timeoutSeconds}` : '';
}

/** ipvsadm names the flags after the scheduler that reads them: `mh-port`. */
function formatHashing({ scheduler, flags }: IpvsServiceConfig): string {
  const names = [
    ...(flags.hashFallback === true ? [`${scheduler}-fallback`] : []),
    ...(flags.hashPort === true ? [`${scheduler}-port`] : []),
  ];
  return names.length === 0 ? '' : ` -b ${names.join(',')}`;
}

function formatDestination({ ip, port, weight }: IpvsDestinationConfig): string {
  return `-r ${ip}:${port} -m -w ${weight}`;
}
