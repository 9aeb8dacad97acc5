/**
 * Who waits for which events: for each plugin of each profile the pods that it has refused, so that an event reaches
 * the pods that it may help without a look at any other.
 */
import type { ClusterEvent, ClusterEventInterest, EventAction, EventResource } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginFor, type Profile, pluginsOf } from '../framework/profile.ts';
import type { QueuedPodInfo } from './queued-pod.ts';

/** One plugin of one profile, with the unschedulable pods that it has refused. */
export interface PluginWatch {
  readonly plugin: string;
  /** Undefined: every event, as for a plugin of kube-scheduler that does not register any. */
  readonly interests: readonly ClusterEventInterest[] | undefined;
  readonly rejected: Set<QueuedPodInfo>;
}

/** What the queue needs of a profile. */
export interface ProfileWatch {
  readonly preEnqueue: readonly PluginFor<'preEnqueue'>[];
  /** The watch of a plugin; for a name that is none of the profile's plugins one that wakes on every event. */
  of(plugin: string): PluginWatch;
}

/** A plugin that is told of events of one resource. */
export interface Subscription {
  readonly watch: PluginWatch;
  readonly interest: ClusterEventInterest | undefined;
}

export class EventWatches {
  readonly #profiles = new Map<string, ProfileWatch>();
  readonly #byResource = new Map<EventResource, Subscription[]>();
  readonly #toAll: Subscription[] = [];

  constructor(profiles: readonly Profile[]) {
    for (const profile of profiles) this.#profiles.set(profile.schedulerName, this.#watchProfile(profile));
  }

  /** @throws for a scheduler name of no profile: such pods are not for this queue. */
  profile(schedulerName: string): ProfileWatch {
    const watch = this.#profiles.get(schedulerName);
    if (watch === undefined) throw new RangeError(`no profile is called ${schedulerName}`);
    return watch;
  }

  /**
   * Calls `visit` for every plugin that registered the event. Returns whether there is one. News of waiting pods are
   * only for plugins that ask for them by name: they concern no pod but the pod itself and its gang.
   */
  subscribers(event: ClusterEvent, visit: (subscription: Subscription) => void): boolean {
    let found = false;
    if (event.resource !== 'UnscheduledPod') {
      found = this.#toAll.length > 0;
      for (const subscription of this.#toAll) visit(subscription);
    }
    for (const subscription of this.#byResource.get(event.resource) ?? []) {
      if (!actionsMatch((subscription.interest as ClusterEventInterest).actions, event.actions)) continue;
      found = true;
      visit(subscription);
    }
    return found;
  }

  #watchProfile(profile: Profile): ProfileWatch {
    const watches = new Map<string, PluginWatch>();
    for (const plugin of pluginsOf(profile)) if (canRefuse(plugin)) this.#add(watches, plugin.name, plugin.events);
    return {
      preEnqueue: profile.preEnqueue,
      of: (plugin) => watches.get(plugin) ?? this.#add(watches, plugin, undefined),
    };
  }

  #add(
    watches: Map<string, PluginWatch>,
    plugin: string,
    interests: readonly ClusterEventInterest[] | undefined,
  ): PluginWatch {
    const watch: PluginWatch = { plugin, interests, rejected: new Set() };
    watches.set(plugin, watch);
    if (interests === undefined) this.#toAll.push({ watch, interest: undefined });
    for (const interest of interests ?? []) {
      const known = this.#byResource.get(interest.resource);
      if (known === undefined) this.#byResource.set(interest.resource, [{ watch, interest }]);
      else known.push({ watch, interest });
    }
    return watch;
  }
}

function canRefuse(plugin: Plugin): boolean {
  const { preEnqueue, preFilter, filter, reserve, permit, preBind, bind, placementGenerate } = plugin;
  const methods = [preEnqueue, preFilter, filter, reserve, permit, preBind, bind, placementGenerate];
  return methods.some((method) => method !== undefined);
}

/** Whether a plugin has registered the event, whatever its hint would say. */
export function isRegistered({ interests }: PluginWatch, event: ClusterEvent): boolean {
  if (interests === undefined) return true;
  return interests.some(({ resource, actions }) => resource === event.resource && actionsMatch(actions, event.actions));
}

/** `update` registers every kind of update; a change of no particular kind is for those alone who registered it. */
export function actionsMatch(registered: readonly EventAction[], happened: readonly EventAction[]): boolean {
  for (const action of happened) {
    if (registered.includes(action)) return true;
    if (action.startsWith('update') && registered.includes('update')) return true;
  }
  return false;
}
