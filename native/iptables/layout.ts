/**
 * Sizes and places of the kernel's structures on 64-bit machines (uapi/linux/netfilter_ipv4/ip_tables.h and
 * uapi/linux/netfilter/x_tables.h). The compiled addon asserts the same numbers against the headers it is built with.
 */

/** struct ipt_replace, which the entries follow. The addon fills in the counters' number and address. */
export const replaceHeader = {
  bytes: 96,
  tableNameBytes: 32,
  validHooksAt: 32,
  entryCountAt: 36,
  entryBytesAt: 40,
  hookEntryAt: 44,
  underflowAt: 64,
} as const;

/** struct xt_counters_info, which one struct xt_counters per entry follows. */
export const countersHeader = { bytes: 40, countAt: 32, eachBytes: 16 } as const;

/** struct ipt_entry, which matches and one target follow. */
export const entry = {
  bytes: 112,
  sourceAt: 0,
  destinationAt: 4,
  sourceMaskAt: 8,
  destinationMaskAt: 12,
  inInterfaceAt: 16,
  outInterfaceAt: 32,
  inInterfaceMaskAt: 48,
  outInterfaceMaskAt: 64,
  protocolAt: 80,
  flagsAt: 82,
  invertFlagsAt: 83,
  /** The conditions end here (struct ipt_ip); what follows is the kernel's or is derived. */
  conditionBytes: 84,
  targetOffsetAt: 88,
  nextOffsetAt: 90,
  packetsAt: 96,
  bytesAt: 104,
} as const;

/** IFNAMSIZ. */
export const interfaceBytes = 16;

/** IPT_F_*. */
export const entryFlags = { fragments: 0x01, goto: 0x02 } as const;
/** IPT_INV_*. */
export const invertFlags = {
  inInterface: 0x01,
  outInterface: 0x02,
  source: 0x08,
  destination: 0x10,
  fragments: 0x20,
  protocol: 0x40,
} as const;

/** struct xt_entry_match and struct xt_entry_target: size, name, revision; the options follow. */
export const extensionHeader = { bytes: 32, nameAt: 2, nameBytes: 29, revisionAt: 31 } as const;

/** struct xt_standard_target: an extension without a name whose option is a verdict or an entry's offset. */
export const standardTargetBytes = 40;
/** struct xt_error_target: begins a user-defined chain and holds its name, or ends the table. */
export const errorTarget = { name: 'ERROR', bytes: 64, chainNameBytes: 30 } as const;

export const chainHeadBytes = entry.bytes + errorTarget.bytes;
export const chainFootBytes = entry.bytes + standardTargetBytes;

/** Verdicts as a standard target holds them: -NF_* - 1, and XT_RETURN. */
export const verdicts = { DROP: -1, ACCEPT: -2, RETURN: -5 } as const;
/** An entry gives its length in 16 bits. */
export const maxEntryBytes = 0xffff;
/** XT_MAX_TABLE_SIZE. */
export const maxTableBytes = 512 * 1024 * 1024;
