/** What an agent can be asked to do. */

/**
 * Carries out a job's input. `emit` hands a record (any JSON value) to the parent and returns when the operating system
 * has taken it; a slow parent makes it wait. When `signal` is aborted the task ends soon, by returning or throwing.
 */
export type Task = (input: unknown, emit: (record: unknown) => void, signal: AbortSignal) => Promise<void>;

/** Loads a task's module when its name is asked for: in a guest every module that is not needed costs time. */
export type TaskLoader = () => Promise<Task>;
