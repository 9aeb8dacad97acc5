/** Members of PodGroups that are not bound yet: those that wait, and those in flight. */
import type { PodInfo } from '../cluster/pod-info.ts';

const none: ReadonlyMap<string, PodInfo> = new Map();

export class WaitingGroups {
  readonly #groups = new Map<string, Map<string, PodInfo>>();

  /** By key of the pod. */
  members(namespace: string, groupName: string): ReadonlyMap<string, PodInfo> {
    return this.#groups.get(`${namespace}/${groupName}`) ?? none;
  }

  set(info: PodInfo): void {
    const group = groupKey(info);
    if (group === undefined) return;
    const members = this.#groups.get(group);
    if (members === undefined) this.#groups.set(group, new Map([[info.key, info]]));
    else members.set(info.key, info);
  }

  delete(info: PodInfo): void {
    const group = groupKey(info);
    if (group === undefined) return;
    const members = this.#groups.get(group);
    members?.delete(info.key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

/** Undefined for a pod of no group. */
export function groupKey({ pod }: PodInfo): string | undefined {
  const { podGroupName } = pod.spec;
  return podGroupName === undefined ? undefined : `${pod.metadata.namespace ?? 'default'}/${podGroupName}`;
}
