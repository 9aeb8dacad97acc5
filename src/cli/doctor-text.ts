/** What the doctor says about a kernel. Pure. */
import pc from 'picocolors';
import type { Capability, KernelReport } from '../kernel/types.ts';
import { selectArms } from '../lab/arms.ts';
import type { Arm } from '../lab/records.ts';
import { dataPlaneModes, ipvsSchedulers } from '../proxy/types.ts';

/** Every arm that a lab can ask for. */
const allArms: readonly Arm[] = dataPlaneModes.flatMap((mode): Arm[] =>
  mode === 'ipvs'
    ? ipvsSchedulers.map((scheduler) => ({ id: `ipvs-${scheduler}`, mode, scheduler }))
    : [{ id: mode, mode }],
);

/** Arms that one thing keeps a kernel from measuring. */
export interface Hindrance {
  readonly arms: readonly string[];
  readonly reason: string;
  readonly remedy: string;
}

export interface Diagnosis {
  readonly kernel: KernelReport['kernel'];
  readonly release?: string;
  readonly measures: readonly string[];
  readonly hindrances: readonly Hindrance[];
  readonly capabilities: readonly Capability[];
}

/** From what a kernel can do to what can be measured on it. */
export function diagnose(report: KernelReport): Diagnosis {
  const { selected, omitted } = selectArms(allArms, report.kernel, report);
  const byCause = new Map<string, Hindrance>();
  for (const { what, reason, remedy = '' } of omitted) {
    const cause = `${reason}\n${remedy}`;
    byCause.set(cause, { reason, remedy, arms: [...(byCause.get(cause)?.arms ?? []), what] });
  }
  return {
    kernel: report.kernel,
    ...(report.release === undefined ? {} : { release: report.release }),
    measures: selected.map(({ id }) => id),
    hindrances: [...byCause.values()],
    capabilities: report.capabilities,
  };
}

const kernelTitles = { host: 'host: the kernel of this machine', uml: 'uml: the User-Mode Linux guest' } as const;

/** `ipvs-rr, ipvs-wrr` → `ipvs (rr, wrr)`: thirteen prefixes say nothing. */
function armList(arms: readonly string[]): string {
  const schedulers = arms.filter((arm) => arm.startsWith('ipvs-')).map((arm) => arm.slice('ipvs-'.length));
  const others = arms.filter((arm) => !arm.startsWith('ipvs-'));
  return [...others, ...(schedulers.length === 0 ? [] : [`ipvs (${schedulers.join(', ')})`])].join(', ');
}

const indent = '             ';

function row(label: string, text: string): string {
  return `  ${label.padEnd(indent.length - 2)}${text.replaceAll('\n', `\n${indent}`)}`;
}

/** A few lines for people; colours where picocolors allows them (a terminal without NO_COLOR). */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { kernel, release, measures, hindrances, capabilities } = diagnosis;
  const details = capabilities.flatMap((capability) =>
    capability.state === 'available' && capability.detail !== undefined
      ? [`${capability.name}: ${capability.detail}`]
      : [],
  );
  return [
    pc.bold(`${kernelTitles[kernel]}${release === undefined ? '' : ` (Linux ${release})`}`),
    row('measures', measures.length === 0 ? pc.red('nothing') : pc.green(armList(measures))),
    ...hindrances.flatMap(({ arms, reason, remedy }) => [
      row('cannot', pc.yellow(armList(arms))),
      row('', `because ${reason}`),
      ...(remedy === '' ? [] : [row('', `remedy: ${remedy}`)]),
    ]),
    ...(details.length === 0 ? [] : [row('has', details.join('\n'))]),
  ].join('\n');
}
