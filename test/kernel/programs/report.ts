/** Prints what the kernel named by the first argument can do, as JSON. */
import { hostKernel } from '../../../src/kernel/host.ts';
import { reportOf } from '../../../src/kernel/report.ts';
import { umlKernel } from '../../../src/kernel/uml.ts';

const report = await reportOf(process.argv[2] === 'uml' ? umlKernel({ memoryMiB: 512 }) : hostKernel());
console.log(JSON.stringify(report));
