/** The verb group `scheduler`. Its verbs throw InputError for bad input. */
import { Command } from 'commander';
import { schedulerBenchCommand } from './scheduler-bench.ts';
import { schedulerCompareCommand } from './scheduler-compare.ts';
import { schedulerExplainCommand } from './scheduler-explain.ts';
import { schedulerReplayCommand } from './scheduler-replay.ts';
import { type OutputStreams, schedulerRunCommand } from './scheduler-run.ts';

export function schedulerCommand(streams: OutputStreams = { out: process.stdout, err: process.stderr }): Command {
  const group = new Command('scheduler').description('kube-scheduler’s decisions, without a cluster');
  const verbs = [schedulerRunCommand, schedulerExplainCommand, schedulerCompareCommand];
  for (const verb of [...verbs, schedulerBenchCommand, schedulerReplayCommand]) group.addCommand(verb(streams));
  return group;
}
