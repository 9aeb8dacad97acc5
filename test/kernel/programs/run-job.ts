/** Runs a job that never ends in the kernel named by the first argument, and says `working` when it has begun. */
import { hostKernel } from '../../../src/kernel/host.ts';
import { umlKernel } from '../../../src/kernel/uml.ts';

const kernel = process.argv[2] === 'uml' ? umlKernel() : hostKernel();
// A veth, a rule and a mount: what would be left if namespaces did not take everything with them.
const script = `
ip link add kubedyno-test type veth peer name kubedyno-peer
iptables-legacy -N KUBEDYNO-TEST
mkdir -p /run/tmp/kubedyno-test && mount -t tmpfs kubedyno-test /run/tmp/kubedyno-test
echo working
exec sleep 1000`;

const exit = await kernel.run(
  { task: 'exec', input: { command: 'sh', args: ['-c', script] } },
  { timeLimitMs: 600_000, onRecord: (record) => console.log(JSON.stringify(record)) },
);
console.log(JSON.stringify(exit));
