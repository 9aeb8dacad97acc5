import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../native/load.ts';
import {
  needCompiler,
  preloadLibrary,
  sanitizedAddon,
  sanitizerEnvironment,
  sanitizerPreload,
  sourcesIn,
} from '../../support/native-compile.ts';

const folder = join(packageRoot(), 'test/native/ipvs');

interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
  readonly codes?: Readonly<Record<string, number>>;
}

/** The lines that scripted/session.ts prints, by case. */
async function runSession(): Promise<Map<string, Outcome>> {
  const addonFolder = await sanitizedAddon('ipvs', sourcesIn('native/common', 'native/ipvs'));
  const kernel = await preloadLibrary('test/native/ipvs/scripted/scripted-kernel.cc');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(folder, 'scripted/session.ts')],
    {
      cwd: packageRoot(),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        ...sanitizerEnvironment,
        KUBEDYNO_ADDON_DIR: addonFolder,
        KUBEDYNO_REPLIES: join(folder, 'corpus'),
        LD_PRELOAD: [...sanitizerPreload(), kernel].join(':'),
      },
    },
  );
  assert.equal(status, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line)).map(({ case: name, ...outcome }) => [name, outcome]));
}

describe('IPVS addon under AddressSanitizer and UndefinedBehaviorSanitizer, against recorded replies', function () {
  this.timeout(180_000);
  let outcomes: Map<string, Outcome>;

  before(async function () {
    needCompiler(this);
    outcomes = await runSession();
  });

  const codeOf = (name: string): string | undefined => outcomes.get(name)?.code;

  it('reads recorded services, destinations, timeouts and version', () => {
    const services = outcomes.get('services')?.value as { scheduler: string; stats: { bytesOut: string } }[];
    assert.deepEqual(
      services.map(({ scheduler }) => scheduler),
      ['rr', 'mh', 'sh', 'wrr', 'rr', 'lc', 'sed', 'nq'],
    );
    assert.equal(services[0]?.stats.bytesOut, '290n');
    const destinations = outcomes.get('destinations')?.value as { ip: string; tunnel?: unknown }[];
    assert.deepEqual(
      destinations.map(({ ip, tunnel }) => [ip, tunnel]),
      [
        ['fd00:2::5', undefined],
        ['10.2.0.5', { type: 'gre', checksum: 'full' }],
        ['10.2.0.4', { type: 'gue', port: 6080, checksum: 'remote' }],
        ['10.2.0.3', undefined],
        ['10.2.0.2', undefined],
      ],
    );
    assert.deepEqual(outcomes.get('timeouts')?.value, { tcpSeconds: 900, tcpFinSeconds: 120, udpSeconds: 300 });
    assert.deepEqual(outcomes.get('info')?.value, { version: '1.2.1', connectionTableSize: 4096 });
  });

  it('turns every cut and every flipped bit into a value or a typed error', () => {
    const allowed = ['value', 'malformed-reply', 'unanswered', 'interrupted', 'system', 'not-found', 'not-permitted'];
    for (const name of ['services', 'service', 'destinations', 'timeouts', 'info']) {
      const codes = outcomes.get(`mutated ${name}`)?.codes ?? {};
      assert.ok((codes['malformed-reply'] ?? 0) > 50, `${name}: ${JSON.stringify(codes)}`);
      for (const code of Object.keys(codes)) assert.ok(allowed.includes(code), `${name}: ${code}`);
    }
  });

  it('names each fault of the exchange', () => {
    assert.equal(codeOf('apply under overrun'), 'overrun');
    assert.equal(codeOf('services under overrun'), 'overrun');
    assert.equal(codeOf('apply under silence'), 'unanswered');
    assert.equal(codeOf('services under oversize'), 'malformed-reply');
    assert.equal(codeOf('services under interrupted'), 'interrupted');
    assert.equal(codeOf('apply under stranger'), 'unanswered');
    assert.equal(codeOf('closed'), 'closed');
    assert.equal(codeOf('opened without the family'), 'unanswered');
  });

  it('attributes refusals to their operations', () => {
    const refused = { index: 0, accepted: 0, refused: 3 };
    assert.deepEqual(outcomes.get('apply under refuse:1'), { code: 'not-permitted', ...refused });
    assert.deepEqual(outcomes.get('apply under refuse:12'), { code: 'system', ...refused });
    assert.deepEqual(outcomes.get('apply under refuse:17'), { code: 'exists', ...refused });
  });

  it('sends every kind of operation, and no system call for none', () => {
    const sent = outcomes.get('apply every operation')?.value as { systemCalls: number } | undefined;
    assert.equal(sent?.systemCalls, 2);
    assert.deepEqual(outcomes.get('apply nothing')?.value, { bytes: 0, systemCalls: 0 });
    assert.deepEqual(outcomes.get('set timeouts'), {});
  });

  it('refuses what only a bug in its wrapper would pass', () => {
    const messageFor = (name: string): unknown => outcomes.get(`raw call with ${name}`)?.value;
    assert.match(String(messageFor('no buffer')), /TypeError: expected an ArrayBuffer/);
    assert.match(String(messageFor('a typed array')), /TypeError: expected an ArrayBuffer/);
    assert.match(String(messageFor('half a record')), /RangeError: .* whole, aligned records/);
    assert.match(String(messageFor('a record without a service')), /service id 0 is unknown/);
    assert.match(String(messageFor('a record of an unknown kind')), /kind 4294967295 is unknown/);
    assert.match(String(messageFor('two keys')), /RangeError: expected one service key/);
    assert.match(String(messageFor('texts for timeouts')), /TypeError: expected three timeouts/);
  });

  it('still works after all of it', () => {
    assert.equal(outcomes.get('services after all of it')?.value, 8);
  });
});
