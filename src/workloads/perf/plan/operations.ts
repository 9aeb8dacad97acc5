/** What a workload does, step by step, with every parameter put in. */
import type { SourcePosition } from '../../../api/index.ts';
import type { ResourceList } from '../../../api/objects.ts';

type Labels = Readonly<Record<string, string>>;

/** A template file and the values that it is given besides Index and Count. */
export interface TemplateUse {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Step {
  /** Its number in the workload, pod sets unfolded: namespaces that are not named are called after it. */
  readonly place: number;
  readonly at: SourcePosition;
}

/** What is done to each node that createNodes makes. */
export type NodeStrategy =
  | { readonly kind: 'plain' }
  /** The values in turn. */
  | { readonly kind: 'label'; readonly key: string; readonly values: readonly string[] }
  /** A value of its own for each node. */
  | { readonly kind: 'uniqueLabel'; readonly key: string }
  /** Further allocatable resources, and a CSINode with these drivers. */
  | {
      readonly kind: 'allocatable';
      readonly allocatable: ResourceList;
      readonly drivers: readonly { readonly name: string; readonly volumeLimit: number | undefined }[];
      readonly migratedPlugins: readonly string[];
    };

export interface CreateNodes extends Step {
  readonly opcode: 'createNodes';
  readonly count: number;
  /** Undefined: nodes of 4 CPUs, 32 GiB and 110 pods. */
  readonly template: TemplateUse | undefined;
  readonly strategy: NodeStrategy;
}

export interface CreateNamespaces extends Step {
  readonly opcode: 'createNamespaces';
  /** The names are `prefix-0`, `prefix-1` … */
  readonly prefix: string;
  readonly count: number;
  readonly template: TemplateUse | undefined;
}

/** How createPods goes on once the pods are there. */
export type PodPace =
  /** Until all are scheduled. */
  | { readonly kind: 'wait' }
  /** With the next operation. */
  | { readonly kind: 'skipWait' }
  /** Each pod that is scheduled is deleted and another is made, for this long. */
  | { readonly kind: 'steady'; readonly durationMs: number };

export interface CreatePods extends Step {
  readonly opcode: 'createPods';
  readonly count: number;
  readonly namespace: string;
  /** Undefined: pods of 100m CPU and 500 MiB. */
  readonly template: TemplateUse | undefined;
  readonly pace: PodPace;
  readonly collectsMetrics: boolean;
  /** One volume and one claim per pod, bound to each other. */
  readonly volumes: { readonly volumePath: string; readonly claimPath: string } | undefined;
  /** So many pods in a row share the value of the label `signature`; undefined: pods get no such label. */
  readonly signatureBatchSize: number | undefined;
}

export interface DeletePods extends Step {
  readonly opcode: 'deletePods';
  readonly namespace: string;
  readonly labelSelector: Labels;
  /** Undefined: all at once. */
  readonly podsPerSec: number | undefined;
  readonly waits: boolean;
}

export interface Churn extends Step {
  readonly opcode: 'churn';
  /** `recreate` makes `number` objects of each template, deletes them one by one, and begins again. */
  readonly mode: 'create' | 'recreate';
  /** Infinity: no limit. */
  readonly number: number;
  readonly intervalMs: number;
  readonly namespace: string;
  readonly templatePaths: readonly string[];
}

export interface Barrier extends Step {
  readonly opcode: 'barrier';
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly labelSelector: Labels;
  readonly stage: 'scheduled' | 'attempted';
}

export interface Sleep extends Step {
  readonly opcode: 'sleep';
  readonly durationMs: number;
}

export interface StartCollectingMetrics extends Step {
  readonly opcode: 'startCollectingMetrics';
  readonly name: string;
  readonly namespaces: readonly string[];
  readonly labelSelector: Labels;
}

export interface StopCollectingMetrics extends Step {
  readonly opcode: 'stopCollectingMetrics';
}

export interface CreateAny extends Step {
  readonly opcode: 'createAny';
  readonly template: TemplateUse;
  /** Undefined for kinds without namespaces. */
  readonly namespace: string | undefined;
  readonly count: number;
}

export interface UpdateAny extends Step {
  readonly opcode: 'updateAny';
  readonly template: TemplateUse;
  readonly namespace: string | undefined;
  readonly count: number;
  /** Undefined: all at once. */
  readonly updatesPerSec: number | undefined;
}

export interface CreateResourceClaims extends Step {
  readonly opcode: 'createResourceClaims';
  readonly templatePath: string;
  readonly namespace: string;
  readonly count: number;
}

export interface CreateResourceDriver extends Step {
  readonly opcode: 'createResourceDriver';
  readonly driverName: string;
  readonly maxClaimsPerNode: number;
  /** A glob over names of nodes. */
  readonly nodes: string;
}

export interface AllocResourceClaims extends Step {
  readonly opcode: 'allocResourceClaims';
  /** Undefined: in all namespaces. */
  readonly namespace: string | undefined;
}

export type PerfOperation =
  | CreateNodes
  | CreateNamespaces
  | CreatePods
  | DeletePods
  | Churn
  | Barrier
  | Sleep
  | StartCollectingMetrics
  | StopCollectingMetrics
  | CreateAny
  | UpdateAny
  | CreateResourceClaims
  | CreateResourceDriver
  | AllocResourceClaims;

/** The files that an operation makes objects from, in the order in which it names them. */
export function templatePathsOf(operation: PerfOperation): readonly string[] {
  switch (operation.opcode) {
    case 'createNodes':
    case 'createNamespaces':
      return operation.template === undefined ? [] : [operation.template.path];
    case 'createPods': {
      const { template, volumes } = operation;
      const ofVolumes = volumes === undefined ? [] : [volumes.volumePath, volumes.claimPath];
      return template === undefined ? ofVolumes : [template.path, ...ofVolumes];
    }
    case 'createAny':
    case 'updateAny':
      return [operation.template.path];
    case 'createResourceClaims':
      return [operation.templatePath];
    case 'churn':
      return operation.templatePaths;
    default:
      return [];
  }
}
