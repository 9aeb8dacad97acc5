/** Ends the process, in the way that its argument says, while a generator has an hour of load before it. */

import { allowedCpus, LoadPool } from '../../../src/load/index.ts';
import { slice, withTcpServer } from '../../support/load.ts';

await withTcpServer(
  (socket) => {
    socket.on('data', (data) => socket.write(data));
    if (process.argv[2] === 'exit') process.exit(5);
    throw new Error('a fault of the program');
  },
  async (port) => {
    const pool = new LoadPool({ cpus: allowedCpus().slice(-1) });
    await pool.runSlice(slice(port, { durationNs: 3600e9 }));
  },
);
