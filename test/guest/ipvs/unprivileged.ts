/** Tries each kind of IPVS request and prints what came of it as JSON; not-permitted.test.ts starts it. */
import { IpvsError, openIpvs } from '../../../native/ipvs/index.ts';

function outcome(work: () => unknown): object {
  try {
    work();
    return { code: 'none' };
  } catch (error) {
    if (!(error instanceof IpvsError)) throw error;
    return { code: error.code, accepted: error.accepted, refused: error.refused.length };
  }
}

const client = openIpvs();
console.log(
  JSON.stringify({
    apply: outcome(() => client.apply([{ op: 'flush' }, { op: 'zero' }])),
    services: outcome(() => client.services()),
    setTimeouts: outcome(() => client.setTimeouts({ tcpSeconds: 0, tcpFinSeconds: 0, udpSeconds: 0 })),
    info: outcome(() => client.info()),
  }),
);
