/** Layout of the records that cross to C++; `records.h` declares the same as structs and asserts their sizes. */

/** Bytes of each record. */
export const recordBytes = { serviceConfig: 72, operation: 128, service: 152, destination: 136 } as const;

/** Where the parts of an operation record lie. */
export const operationOffsets = { kind: 0, service: 8, destination: 80 } as const;

/** Offsets within a service's configuration. */
export const serviceOffsets = {
  family: 0,
  protocol: 2,
  firewallMark: 4,
  address: 8,
  port: 24,
  id: 26,
  flags: 28,
  timeoutSeconds: 32,
  netmask: 36,
  scheduler: 40,
  persistenceEngine: 56,
  /** Behind the configuration, in what is read. */
  statistics: 72,
} as const;

/** Offsets within a destination's configuration. */
export const destinationOffsets = {
  family: 0,
  port: 2,
  address: 4,
  forward: 20,
  weight: 24,
  upperThreshold: 28,
  lowerThreshold: 32,
  tunnelType: 36,
  tunnelPort: 38,
  tunnelFlags: 40,
  /** Behind the configuration, in what is read. */
  activeConnections: 44,
  inactiveConnections: 48,
  persistentConnections: 52,
  statistics: 56,
} as const;

/** Longest name of a scheduler or persistence engine; one more byte holds the NUL. */
export const maxNameLength = 15;

export const operationKinds = [
  'add-service',
  'edit-service',
  'delete-service',
  'add-destination',
  'edit-destination',
  'delete-destination',
  'zero',
  'flush',
] as const;

export const serviceIds = { none: 0, address: 1, fwmark: 2 } as const;
/** AF_INET and AF_INET6. */
export const families = { ipv4: 2, ipv6: 10 } as const;
/** IPPROTO_*. */
export const protocols = { TCP: 6, UDP: 17, SCTP: 132 } as const;
/** IP_VS_CONN_F_MASQ and following. */
export const forwardMethods = ['masquerade', 'local', 'tunnel', 'direct-route'] as const;
/** IP_VS_SVC_F_*. */
export const serviceFlags = {
  persistent: 0x01,
  onePacket: 0x04,
  hashFallback: 0x08,
  hashPort: 0x10,
  schedulerFlag3: 0x20,
} as const;
/** IP_VS_CONN_F_TUNNEL_TYPE_*. */
export const tunnelTypes = { ipip: 0, gue: 1, gre: 2 } as const;
/** IP_VS_TUNNEL_ENCAP_FLAG_*. */
export const tunnelChecksums = { none: 0, full: 1, remote: 2 } as const;
