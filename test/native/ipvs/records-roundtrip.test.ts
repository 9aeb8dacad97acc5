import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeDestinations, decodeServices } from '../../../native/ipvs/decode.ts';
import { encodeOperations } from '../../../native/ipvs/encode.ts';
import { operationOffsets, recordBytes } from '../../../native/ipvs/records.ts';
import { destinations, services } from './arbitraries.ts';

/** The configuration of an operation record in front of statistics that are 0. */
function asReadRecord(operation: ArrayBuffer, offset: number, configBytes: number, bytes: number): ArrayBuffer {
  const record = new Uint8Array(bytes);
  record.set(new Uint8Array(operation, offset, configBytes));
  return record.buffer;
}

const destinationConfigBytes = 44;

describe('records between TypeScript and C++', () => {
  it('carry any service unchanged', () => {
    fc.assert(
      fc.property(services, (service) => {
        const operation = encodeOperations([{ op: 'add-service', service }]);
        const record = asReadRecord(
          operation,
          operationOffsets.service,
          recordBytes.serviceConfig,
          recordBytes.service,
        );
        const [read] = decodeServices(record);
        assert.ok(read !== undefined);
        const { stats, ...config } = read;
        assert.deepEqual(config, service);
        assert.equal(stats.bytesIn, 0n);
      }),
    );
  });

  it('carry any destination unchanged', () => {
    fc.assert(
      fc.property(services, destinations, (service, destination) => {
        const operation = encodeOperations([{ op: 'edit-destination', service, destination }]);
        const record = asReadRecord(
          operation,
          operationOffsets.destination,
          destinationConfigBytes,
          recordBytes.destination,
        );
        const [read] = decodeDestinations(record);
        assert.ok(read !== undefined);
        const { family, stats, activeConnections, inactiveConnections, persistentConnections, ...config } = read;
        assert.deepEqual(config, destination);
        assert.equal(family, destination.ip.includes(':') ? 'ipv6' : 'ipv4');
        assert.deepEqual([activeConnections, inactiveConnections, persistentConnections], [0, 0, 0]);
        assert.equal(stats.packetsOut, 0n);
      }),
    );
  });

  it('carry a netmask with holes', () => {
    const service = {
      family: 'ipv4',
      id: { kind: 'fwmark', mark: 1 },
      scheduler: 'rr',
      flags: { persistent: true },
      timeoutSeconds: 300,
      netmaskPrefix: 32,
      irregularNetmask: '255.0.255.0',
    } as const;
    const operation = encodeOperations([{ op: 'add-service', service }]);
    const record = asReadRecord(operation, operationOffsets.service, recordBytes.serviceConfig, recordBytes.service);
    assert.equal(decodeServices(record)[0]?.irregularNetmask, '255.0.255.0');
  });

  it('keep counters beyond 2^53 exact', () => {
    const record = new BigUint64Array(recordBytes.service / 8);
    new Uint16Array(record.buffer)[0] = 2;
    new Uint8Array(record.buffer)[26] = 2;
    record.set([1n, 2n, 3n, 18_446_744_073_709_551_615n, 9_007_199_254_740_993n], 9);
    const [service] = decodeServices(record.buffer);
    assert.equal(service?.stats.bytesIn, 18_446_744_073_709_551_615n);
    assert.equal(service?.stats.bytesOut, 9_007_199_254_740_993n);
  });
});
