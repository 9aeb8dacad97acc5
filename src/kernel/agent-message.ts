/** Reads the lines of an agent. Apart from protocol.ts, because the agent itself need not load a validator. */
import { z } from 'zod';
import type { AgentMessage } from './protocol.ts';

const agentMessage: z.ZodType<AgentMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('record'), record: z.unknown() }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('agent-exited'), code: z.int() }),
]);

/** Undefined when the line is none of the messages, which only a broken agent or serial line can cause. */
export function parseAgentMessage(line: string): AgentMessage | undefined {
  try {
    return agentMessage.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
