/** Where a data plane runs: the kernel of this machine, or a guest kernel that is booted for the purpose. */
export const kernelNames = ['host', 'uml'] as const;
export type KernelName = (typeof kernelNames)[number];

/** What a kernel can do, found by trying it in a throw-away namespace, never by reading a version. */
export type Capability =
  | { readonly name: string; readonly state: 'available'; readonly detail?: string }
  | { readonly name: string; readonly state: 'missing'; readonly reason: string; readonly remedy: string };

export interface KernelReport {
  readonly kernel: KernelName;
  /** `uname -r`; absent when the kernel could not be started at all. */
  readonly release?: string;
  readonly capabilities: readonly Capability[];
}

/** A task that an agent carries out inside a kernel's private namespaces. It is plain JSON: it crosses into a guest. */
export interface AgentJob {
  readonly task: string;
  readonly input: unknown;
}

/** Why a job could not even begin, and what would help. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** `console`: the last output of the agent, or of the guest kernel. */
export type AgentExit =
  | { readonly state: 'done' }
  | {
      readonly state: 'failed';
      /** Complete, the obstacle's remedy included. */
      readonly message: string;
      readonly obstacle?: Obstacle;
      readonly console: string;
    }
  | { readonly state: 'aborted' }
  | { readonly state: 'timed-out'; readonly afterMs: number; readonly console: string };

export interface RunOptions {
  /** Called for every record as it is made; what it throws ends the job and rejects `run`. */
  readonly onRecord: (record: unknown) => void;
  /** Asks the agent to stop; one that does not within seconds is killed. */
  readonly signal?: AbortSignal;
  /** From the start of the namespaces, a guest's boot included, to the end of the job. */
  readonly timeLimitMs: number;
}

/** Runs one job in a fresh set of private namespaces. When the promise settles, no process of it is left. */
export interface Kernel {
  readonly name: KernelName;
  run(job: AgentJob, options: RunOptions): Promise<AgentExit>;
}
