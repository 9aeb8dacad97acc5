/** Faults of plugins: they are errors of the attempt, not of the program. */

/** What a plugin threw, or a rule of the framework that it broke. The pod goes back into the queue with a backoff. */
export class PluginError extends Error {
  readonly plugin: string;

  constructor(plugin: string, message: string, cause?: unknown) {
    super(`plugin ${plugin}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'PluginError';
    this.plugin = plugin;
  }
}

export const pluginErrors = {
  threw: (plugin: string, point: string, cause: unknown): PluginError =>
    cause instanceof PluginError
      ? cause
      : new PluginError(plugin, `${point} threw: ${cause instanceof Error ? cause.message : String(cause)}`, cause),
  scoreOutOfRange: (plugin: string, nodeName: string, score: number): PluginError =>
    new PluginError(
      plugin,
      `gave node ${nodeName} the score ${score}; allowed after its normalize: whole numbers from 0 to 100`,
    ),
};
