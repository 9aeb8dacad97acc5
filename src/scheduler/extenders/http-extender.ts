/** An extender behind HTTP. Source: k8s.io/kube-scheduler/extender/v1 types.go; kube-scheduler extender.go. */
import { z } from 'zod';
import type { Node, Pod } from '../../api/objects.ts';
import { writeNode, writePod } from '../../api/write-object.ts';
import type { ExtenderConfig } from '../config/scheduler-config.ts';
import { type Extender, ExtenderError, type ExtenderFilterResult, type ExtenderVictims } from './extender.ts';
import type { HttpReply, HttpRequest } from './sync-http.ts';

export interface ExtenderSurroundings {
  readonly post: (request: HttpRequest) => HttpReply;
  /** For extenders that want whole nodes instead of names. */
  readonly node: (name: string) => Node | undefined;
}

const texts = z.record(z.string(), z.string()).nullish();
const filterResult = z.object({
  nodes: z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) }).nullish(),
  nodenames: z.array(z.string()).nullish(),
  failedNodes: texts,
  failedAndUnresolvableNodes: texts,
  error: z.string().nullish(),
});
const priorities = z.array(z.object({ host: z.string(), score: z.number() })).nullable();
const bindingResult = z.object({ error: z.string().nullish() }).nullable();
const metaVictims = z.object({
  pods: z.array(z.object({ uid: z.string() })).nullish(),
  numPDBViolations: z.number().nullish(),
});
const preemptionResult = z.object({ nodeNameToMetaVictims: z.record(z.string(), metaVictims).nullish() });

export function httpExtender(config: ExtenderConfig, { post, node }: ExtenderSurroundings): Extender {
  const base = baseUrl(config);
  const timeoutMs = durationMs(config.httpTimeout);
  const managed = new Set(config.managedResources.map(({ name }) => name));

  const ask = <T>(verb: string, schema: z.ZodType<T>, body: unknown): T => {
    const reply = post({ url: `${base}/${verb}`, body: JSON.stringify(body), timeoutMs });
    if (reply.kind === 'failed') throw new ExtenderError(base, `${verb} failed: ${reply.reason}`);
    if (reply.status !== 200) throw new ExtenderError(base, `${verb} answered with HTTP status ${reply.status}`);
    const parsed = schema.safeParse(parseJson(reply.body));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new ExtenderError(base, `${verb} answered ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no JSON'}`);
    }
    return parsed.data;
  };

  /** ExtenderArgs: names where the extender keeps nodes itself, otherwise the nodes. */
  const argsFor = (pod: Pod, names: readonly string[]) => ({
    pod: writePod(pod),
    ...(config.nodeCacheCapable
      ? { nodenames: names }
      : { nodes: { items: names.flatMap((name) => writeNode(node(name)) ?? []) } }),
  });

  const filter = (pod: Pod, names: readonly string[]): ExtenderFilterResult => {
    const result = ask(config.filterVerb, filterResult, argsFor(pod, names));
    if (result.error) throw new ExtenderError(base, result.error);
    const kept = result.nodenames ?? result.nodes?.items.map(({ metadata }) => metadata.name) ?? [];
    return {
      kept: new Set(kept),
      failed: new Map(Object.entries(result.failedNodes ?? {})),
      unresolvable: new Map(Object.entries(result.failedAndUnresolvableNodes ?? {})),
    };
  };

  const prioritize = (pod: Pod, names: readonly string[]): ReadonlyMap<string, number> =>
    new Map(
      (ask(config.prioritizeVerb, priorities, argsFor(pod, names)) ?? []).map(({ host, score }) => [host, score]),
    );

  const bind = ({ metadata }: Pod, nodeName: string): void => {
    const { name: podName, namespace: podNamespace, uid: podUID = '' } = metadata;
    const result = ask(config.bindVerb, bindingResult, { podName, podNamespace, podUID, node: nodeName });
    if (result?.error) throw new ExtenderError(base, result.error);
  };

  const preempt = (
    pod: Pod,
    candidates: ReadonlyMap<string, ExtenderVictims>,
  ): ReadonlyMap<string, ExtenderVictims> => {
    const victims = Object.fromEntries(
      [...candidates].map(([name, { podUids, pdbViolations }]) => [
        name,
        { pods: podUids.map((uid) => ({ uid })), numPDBViolations: pdbViolations },
      ]),
    );
    const result = ask(config.preemptVerb, preemptionResult, { pod: writePod(pod), nodeNameToMetaVictims: victims });
    return new Map(
      Object.entries(result.nodeNameToMetaVictims ?? {}).map(([name, { pods, numPDBViolations }]) => [
        name,
        { podUids: (pods ?? []).map(({ uid }) => uid), pdbViolations: numPDBViolations ?? 0 },
      ]),
    );
  };

  return {
    name: base,
    ignorable: config.ignorable,
    weight: config.weight,
    isInterested: (pod) => managed.size === 0 || asksFor(pod, managed),
    ...(config.filterVerb === '' ? {} : { filter }),
    ...(config.prioritizeVerb === '' ? {} : { prioritize }),
    ...(config.bindVerb === '' ? {} : { bind }),
    ...(config.preemptVerb === '' ? {} : { preempt }),
  };
}

function baseUrl({ urlPrefix, enableHTTPS }: ExtenderConfig): string {
  const trimmed = urlPrefix.replace(/\/+$/, '');
  return enableHTTPS ? trimmed.replace(/^http:/, 'https:') : trimmed;
}

function asksFor({ spec }: Pod, managed: ReadonlySet<string>): boolean {
  return [...spec.containers, ...spec.initContainers].some(({ resources }) =>
    [...Object.keys(resources.requests), ...Object.keys(resources.limits)].some((name) => managed.has(name)),
  );
}

const unitMs = { ms: 1, s: 1000, m: 60_000 } as const;

/** Of a duration that the configuration's schema has passed. */
export function durationMs(text: string): number {
  const unit = text.endsWith('ms') ? 'ms' : text.endsWith('s') ? 's' : 'm';
  return Number.parseFloat(text) * unitMs[unit];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
