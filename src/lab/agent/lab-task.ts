/** The lab inside a kernel's namespaces: probes what the kernel can do, then measures stage after stage. */

import { pinProcess } from '../../../native/netns/index.ts';
import { probeKernel } from '../../kernel/probe.ts';
import { allowedCpus, LoadPool, limitsFor } from '../../load/index.ts';
import { armsOf, selectArms } from '../arms.ts';
import { kernelFingerprint } from '../fingerprint.ts';
import type { AgentMessage, LabJob, Stage } from '../job.ts';
import type { Arm } from '../records.ts';
import { grantedSeconds, programmingArms, sittingsOf, sweepArms } from '../stages.ts';
import { measureBalance } from './balance.ts';
import type { LabContext } from './context.ts';
import { labServices } from './lab-services.ts';
import { measureLatency } from './latency.ts';
import { measurePacketCost } from './packet-cost.ts';
import { closeLanes, programArms, rehearse } from './programming.ts';

/** Fractions of stages to a fraction of the whole, by the seconds that each stage is granted. */
function progressReporter(job: LabJob, send: (message: AgentMessage) => void): LabContext['progress'] {
  const sittings = sittingsOf(job.spec);
  const stages: Stage[] = [
    ...sittings.flatMap((sitting) => sitting.stages),
    { kind: 'balance', backends: 'even' },
    { kind: 'balance', backends: 'uneven' },
  ];
  const title = (stage: Stage): string =>
    stage.kind === 'balance' ? `balance, ${stage.backends} backends` : `${stage.kind} at ${stage.services} Services`;
  const titles = stages.map(title);
  const seconds = stages.map((stage) => grantedSeconds(job.spec, stage));
  const total = seconds.reduce((sum, value) => sum + value, 0);
  return (stage, fraction) => {
    const place = titles.indexOf(title(stage));
    const before = seconds.slice(0, place).reduce((sum, value) => sum + value, 0);
    send({ type: 'progress', stage: title(stage), fraction: (before + fraction * (seconds[place] ?? 0)) / total });
  };
}

async function measureSweep(context: LabContext, pool: LoadPool, arms: readonly Arm[]): Promise<void> {
  const { spec, target, seed } = context.job;
  const { positions, endpointsPerService } = spec;
  const servicesAt = (services: number) => labServices({ target, services, positions, endpointsPerService, seed });
  const timed = programmingArms(spec, arms);
  await rehearse(context, timed, target, servicesAt(Math.max(...spec.services)));
  for (const { services: count, stages } of sittingsOf(spec)) {
    const services = servicesAt(count);
    const stage: Stage = { kind: 'programming', services: count };
    const standing = sweepArms(spec, count, arms);
    const armLanes = await programArms(context, { timed, standing }, target, services, stage);
    try {
      for (const stage of stages) {
        if (stage.kind === 'packet-cost') await measurePacketCost(context, armLanes, services.measured, stage);
        if (stage.kind === 'latency') await measureLatency(context, pool, armLanes, services.measured, stage);
      }
    } finally {
      await closeLanes(armLanes);
    }
  }
}

/**
 * The first CPU carries the load generator and nothing else of this process, the last one the backends; with one CPU
 * they share it. To be called before the generators are started: they leave for their own CPU themselves.
 */
function assignCpus(): Pick<LabContext, 'cpus' | 'limits'> {
  const [generator = 0, ...others] = allowedCpus();
  if (others.length > 0) pinProcess(others);
  return { cpus: { generator, backends: others.at(-1) ?? generator }, limits: limitsFor(1 + others.length) };
}

/** Carries out a lab job; every record is a `ResultRecord` or a progress message. */
export async function runLabJob(
  job: LabJob,
  send: (message: AgentMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const report = await probeKernel(job.kernel);
  const { selected, omitted } = selectArms(armsOf(job.spec), job.kernel, report);
  const { cpus, limits } = assignCpus();
  send({
    type: 'kernel',
    kernel: job.kernel,
    report,
    fingerprint: { ...kernelFingerprint(), generatorCpu: cpus.generator, backendsCpu: cpus.backends },
    arms: selected,
  });
  for (const omission of omitted) send(omission);
  if (selected.length === 0) return;
  if (selected.some(({ mode }) => mode === 'userspace')) {
    send({
      type: 'omitted',
      kernel: job.kernel,
      what: 'userspace: cost per packet',
      reason: 'the user-space proxy has no path in the kernel that a raw packet could take',
    });
  }
  const context: LabContext = { job, signal, emit: send, progress: progressReporter(job, send), cpus, limits };
  const pool = new LoadPool({ cpus: [cpus.generator] });
  try {
    await measureSweep(context, pool, selected);
    await measureBalance(context, pool, selected);
  } finally {
    await pool.close();
  }
}
