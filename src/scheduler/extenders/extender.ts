/** The seam of scheduler extenders: a scheduler's decisions, made in part by someone else. */
import type { Pod } from '../../api/objects.ts';

export interface ExtenderFilterResult {
  /** Names of the nodes that remain. */
  readonly kept: ReadonlySet<string>;
  /** Why others do not, by name. */
  readonly failed: ReadonlyMap<string, string>;
  /** Of those, the ones that preemption cannot help. */
  readonly unresolvable: ReadonlyMap<string, string>;
}

/** Victims on a node, as keys of pods, and how many of them a PodDisruptionBudget protects. */
export interface ExtenderVictims {
  readonly podUids: readonly string[];
  readonly pdbViolations: number;
}

/** All calls throw ExtenderError when the other side cannot be asked, or answers with an error. */
export interface Extender {
  readonly name: string;
  /** Its failure does not fail the pod. */
  readonly ignorable: boolean;
  /** Its scores, 0 to 10, count so much. */
  readonly weight: number;
  isInterested(pod: Pod): boolean;
  filter?(pod: Pod, nodeNames: readonly string[]): ExtenderFilterResult;
  prioritize?(pod: Pod, nodeNames: readonly string[]): ReadonlyMap<string, number>;
  bind?(pod: Pod, nodeName: string): void;
  /** The candidates that it agrees to, with the victims that it names. */
  preempt?(pod: Pod, candidates: ReadonlyMap<string, ExtenderVictims>): ReadonlyMap<string, ExtenderVictims>;
}

export class ExtenderError extends Error {
  /** Where no queue takes the pod back, the message is for the user and the verb has failed. */
  readonly exitCode = 1;

  constructor(extender: string, message: string) {
    super(`extender ${extender}: ${message}`);
    this.name = 'ExtenderError';
  }
}
