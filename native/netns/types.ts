/** What the netns addon takes and gives. */

/** An open network namespace. It lives as long as the descriptor, or a process or socket inside it. */
export interface Netns {
  readonly fd: number;
}

/** One rtnetlink change; many go to the kernel in one call. Interface names are those of the namespace worked in. */
export type LinkOperation =
  | { readonly op: 'veth'; readonly name: string; readonly peer: string; readonly peerNetns: Netns }
  | { readonly op: 'dummy'; readonly name: string }
  | { readonly op: 'delete-link'; readonly name: string }
  | { readonly op: 'up'; readonly name: string }
  | {
      readonly op: 'add-address' | 'delete-address';
      readonly name: string;
      readonly ip: string;
      readonly prefix: number;
    }
  | {
      readonly op: 'add-route';
      readonly destination: string;
      readonly prefix: number;
      readonly via?: string;
      readonly device?: string;
      /** `local`: the whole range is this host's own (AnyIP). `blackhole`: packets end here. */
      readonly type?: 'unicast' | 'local' | 'blackhole';
    }
  | { readonly op: 'neighbour'; readonly name: string; readonly ip: string; readonly mac: string };

/** What an interface has counted since it was made. */
export interface LinkStats {
  readonly rxPackets: number;
  readonly txPackets: number;
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxDropped: number;
  readonly txDropped: number;
}

export interface InterfaceAddress {
  readonly ip: string;
  readonly prefix: number;
}

export interface NetnsAddon {
  /** A new namespace, its loopback up. */
  createNetns(): Netns;
  /** The namespace of the calling thread. */
  currentNetns(): Netns;
  closeNetns(netns: Netns): void;
  /** Moves the calling thread for good (a worker's); see `withNetns` for a visit. */
  enterNetns(netns: Netns): void;
  /** Keeps a thread of this process (default: the calling one), and those that it starts from now on, on these CPUs. */
  pinThread(cpus: readonly number[], thread?: number): void;
  /**
   * Applies all operations in order in `netns`, many per `sendmsg`, and throws for the first that the kernel refuses.
   * Those that shared its `sendmsg` are carried out all the same; the ones behind them are not sent.
   */
  applyLinks(netns: Netns, operations: readonly LinkOperation[]): void;
  macOf(netns: Netns, name: string): string;
  linkStats(netns: Netns, name: string): LinkStats;
  addressesOf(netns: Netns, name: string): InterfaceAddress[];
}
