import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  createMessage,
  entryMessages,
  formatDefinition,
  formatEntry,
  type IpsetEntry,
} from '../../../src/proxy/ipset/messages.ts';
import { readReply } from '../../../src/proxy/ipset/reply.ts';

const entry = fc.record(
  {
    set: fc.constantFrom('A', 'KUBE-LOOP-BACK'),
    ip: fc.ipV4(),
    port: fc.record({ protocol: fc.constantFrom('tcp', 'udp', 'sctp'), number: fc.integer({ min: 1, max: 65_535 }) }),
    ip2: fc.ipV4(),
  },
  { requiredKeys: ['set', 'ip'] },
) satisfies fc.Arbitrary<IpsetEntry>;

/** Walks a message's attributes; anything that does not add up throws. */
function walk(bytes: Buffer, visit: (type: number, payload: Buffer) => void): void {
  let offset = 0;
  while (offset < bytes.length) {
    const length = bytes.readUInt16LE(offset);
    assert.ok(length >= 4 && offset + length <= bytes.length, 'an attribute ends beyond its parent');
    visit(bytes.readUInt16LE(offset + 2) & 0x3fff, bytes.subarray(offset + 4, offset + length));
    offset += (length + 3) & ~3;
  }
}

/** Reads back what a message says, as the kernel would. */
function decode(bytes: Buffer): { set: string; entries: string[] } {
  assert.equal(bytes.readUInt32LE(0), bytes.length);
  let set = '';
  const entries: string[] = [];
  walk(bytes.subarray(20), (type, payload) => {
    if (type === 2) set = payload.toString('latin1', 0, payload.length - 1);
    if (type === 8) walk(payload, (_type, data) => entries.push(decodeEntry(data)));
  });
  return { set, entries };
}

function decodeEntry(data: Buffer): string {
  const fields = new Map<number, Buffer>();
  walk(data, (type, payload) => fields.set(type, payload));
  const address = (type: number): string[] => {
    const nested = fields.get(type);
    return nested === undefined ? [] : [[...nested.subarray(4, 8)].join('.')];
  };
  const port = fields.get(4);
  const protocol = { 6: 'tcp', 17: 'udp', 132: 'sctp' }[fields.get(7)?.[0] ?? 0];
  return [...address(1), ...(port === undefined ? [] : [`${protocol}:${port.readUInt16BE(0)}`]), ...address(20)].join(
    ',',
  );
}

describe('messages to ipset', () => {
  it('say the entries, each in a message of its set and in order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 50 }), (entries) => {
        const decoded = entryMessages('add', entries).map(({ bytes }) => decode(bytes));
        for (const set of new Set(entries.map((each) => each.set))) {
          const expected = entries.filter((each) => each.set === set).map(formatEntry);
          assert.deepEqual(decoded.find((message) => message.set === set)?.entries, expected);
        }
        assert.equal(decoded.length, new Set(entries.map((each) => each.set)).size);
      }),
    );
  });

  it('are split before an attribute grows beyond its 16-bit length', () => {
    const many = Array.from({ length: 2500 }, (_, index): IpsetEntry => {
      const ip = `10.0.${index >> 8}.${index & 255}`;
      return { set: 'A', ip, port: { protocol: 'tcp', number: 80 }, ip2: ip };
    });
    const messages = entryMessages('del', many);
    assert.deepEqual(
      messages.map(({ bytes }) => decode(bytes).entries.length),
      [1000, 1000, 500],
    );
    assert.equal(messages[0]?.about, 'del A 10.0.0.0,tcp:80,10.0.0.0 and 999 more');
  });

  it('that make a set are the bytes that the command ipset sends', () => {
    const { bytes } = createMessage({ name: 'A', type: 'hash:ip,port', hashSize: 1024, maxEntries: 65_536 });
    assert.equal(bytes.readUInt16LE(4), 0x0602);
    assert.equal(
      bytes.subarray(16).toString('hex'),
      [
        '02000000', // AF_INET, version, resource
        '0500010007000000', // PROTOCOL 7
        '0600020041000000', // SETNAME A
        '11000300686173683a69702c706f727400000000', // TYPENAME hash:ip,port
        '0500040005000000', // REVISION 5
        '0500050002000000', // FAMILY inet
        '140007800800124000000400', // DATA { HASHSIZE 1024
        '0800134000010000', // MAXELEM 65536 }
      ].join(''),
    );
  });
});

it('sets and entries are spelled as ipset save spells them', () => {
  assert.equal(
    formatDefinition({ name: 'B', type: 'bitmap:port', from: 0, to: 65_535 }),
    'create B bitmap:port range 0-65535',
  );
  assert.equal(
    formatDefinition({ name: 'H', type: 'hash:ip', hashSize: 1024, maxEntries: 65_536 }),
    'create H hash:ip family inet hashsize 1024 maxelem 65536',
  );
});

describe('an answer of ipset', () => {
  const answer = (code: number): Buffer => {
    const bytes = Buffer.alloc(36);
    bytes.writeUInt32LE(36, 0);
    bytes.writeUInt16LE(2, 4);
    bytes.writeInt32LE(-code, 16);
    return bytes;
  };

  it('is success, or a reason in words', () => {
    assert.deepEqual(readReply(answer(0)), { kind: 'done' });
    assert.deepEqual(readReply(answer(2)), { kind: 'refused', code: 2, reason: 'no set of this name' });
    assert.deepEqual(readReply(answer(5)), { kind: 'refused', code: 5, reason: 'errno 5' });
    assert.deepEqual(readReply(answer(4200)), { kind: 'refused', code: 4200, reason: 'ipset error 4200' });
  });

  it('that is none is told apart, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readReply(Buffer.from(bytes))));
    assert.deepEqual(readReply(Buffer.alloc(3)), { kind: 'malformed' });
    assert.deepEqual(readReply(Buffer.alloc(36)), { kind: 'malformed' });
  });
});
