/** Faults of plugins: they are errors of the attempt, not of the program. */

/** What a plugin threw, or a rule of the framework that it broke. The pod goes back into the queue with a backoff. */
export class PluginError extends Error {
  readonly plugin: string;
  /** The message without the plugin's name. */
  readonly what: string;
  /** Where no queue takes the pod back, the message is for the user and the verb has failed. */
  readonly exitCode = 1;

  /** @param plugin empty where it was none */
  constructor(plugin: string, what: string, cause?: unknown) {
    super(plugin === '' ? what : `plugin ${plugin}: ${what}`, cause === undefined ? undefined : { cause });
    this.name = 'PluginError';
    this.plugin = plugin;
    this.what = what;
  }
}

export const pluginErrors = {
  threw: (plugin: string, point: string, cause: unknown): PluginError =>
    cause instanceof PluginError
      ? cause
      : new PluginError(plugin, `${point} threw: ${cause instanceof Error ? cause.message : String(cause)}`, cause),
  /** A status of code `error`. */
  answered: (plugin: string, reasons: readonly string[]): PluginError => new PluginError(plugin, reasons.join(', ')),
  /** Nobody knows which filter it was: nodes without a verdict are looked for when no node is left. */
  noVerdict: (): PluginError =>
    new PluginError('', 'a filter took a node out of the block without a verdict; it must write one to cycle.verdicts'),
  noOrder: (plugin: string, order: unknown): PluginError =>
    new PluginError(plugin, `compare gave ${String(order)}; allowed: a number, negative when the first pod goes first`),
  scoreOutOfRange: (plugin: string, nodeName: string, score: number): PluginError =>
    new PluginError(
      plugin,
      `gave node ${nodeName} the score ${score}; allowed after its normalize: whole numbers from 0 to 100`,
    ),
  placementScoreOutOfRange: (plugin: string, placement: string, score: number): PluginError =>
    new PluginError(
      plugin,
      `gave placement ${placement} the score ${score}; allowed after its normalizePlacements: whole numbers from 0 to 100`,
    ),
};

/** Does it with each of them, whatever it throws for some: for putting back what must not stay as it is. @throws the first error */
export function allOf<T>(each: readonly T[], what: (one: T) => void): void {
  const errors: unknown[] = [];
  for (const one of each) {
    try {
      what(one);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Calls a plugin that answers at once; what it throws names the plugin and the extension point. */
export function called<T>(plugin: string, point: string, what: () => T): T {
  try {
    return what();
  } catch (error) {
    throw pluginErrors.threw(plugin, point, error);
  }
}
