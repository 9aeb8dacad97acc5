import assert from 'node:assert/strict';
import { runAgent } from '../../src/kernel/agent.ts';
import type { AgentMessage } from '../../src/kernel/protocol.ts';
import type { Task } from '../../src/kernel/task.ts';

/** Runs a job text against one task called `work` and returns what the agent sent. */
async function messagesOf(job: string, work: Task, { signal } = new AbortController()): Promise<AgentMessage[]> {
  const sent: AgentMessage[] = [];
  await runAgent({
    readJob: () => job,
    tasks: { work: async () => work },
    send: (message) => sent.push(message),
    signal,
    log: () => undefined,
  });
  return sent;
}

const nothing: Task = async () => undefined;

describe('the agent', () => {
  it('hands the input to the task and sends its records between started and done', async () => {
    const sent = await messagesOf('{"task":"work","input":[1,2]}', async (input, emit) => {
      for (const value of input as number[]) emit(value * 10);
    });
    assert.deepEqual(sent, [
      { type: 'started' },
      { type: 'record', record: 10 },
      { type: 'record', record: 20 },
      { type: 'done' },
    ]);
  });

  it('reports what the task throws, after the records it had sent', async () => {
    const sent = await messagesOf('{"task":"work"}', async (_input, emit) => {
      emit('before');
      throw new Error('the table is full');
    });
    assert.deepEqual(sent.slice(1), [
      { type: 'record', record: 'before' },
      { type: 'failed', message: 'the table is full' },
    ]);
  });

  it('names the tasks it has when it is asked for another, inherited names included', async () => {
    for (const task of ['lend', 'toString', '__proto__']) {
      const [message] = await messagesOf(JSON.stringify({ task }), nothing);
      assert.deepEqual(message, { type: 'failed', message: `unknown task '${task}'; this agent knows work` });
    }
  });

  it('fails on a job that is cut short or has no task', async () => {
    for (const job of ['', '{"task":"wo', '[]', 'null', '{"task":7}']) {
      const sent = await messagesOf(job, nothing);
      assert.deepEqual(
        sent.map(({ type }) => type),
        ['failed'],
        job,
      );
    }
  });
});
