/**
 * What passes between the process that runs a kernel and the agent inside it, one JSON text a line. Descriptors of the
 * agent: 0 control lines, 3 messages, 4 the job. In a guest, 0 and 3 are its serial line.
 */

/** The control line that asks the agent to stop early. */
export const abortLine = 'abort';

export type AgentMessage =
  /** The namespaces are in place and will end with their parent: the job may be handed over. */
  | { readonly type: 'ready' }
  /** The agent has read its job and listens to control lines. */
  | { readonly type: 'started' }
  | { readonly type: 'record'; readonly record?: unknown }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string }
  /** From the guest's first process: nobody else can tell how the agent ended there. */
  | { readonly type: 'agent-exited'; readonly code: number };
