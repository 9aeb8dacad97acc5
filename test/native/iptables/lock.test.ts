import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IptablesError, readTable, replaceTable, type Table } from '../../../native/iptables/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { needIptables } from './tools.ts';

const table: Table = { name: 'filter', chains: [{ name: 'KUBE-LOCKED', rules: [] }] };

/** Holds the lock, as the iptables tools do, until it is told to end. */
async function holdLock(path: string): Promise<ChildProcess> {
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo held; read -r line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}

async function release(holder: ChildProcess): Promise<void> {
  const ended = once(holder, 'exit');
  holder.stdin?.end();
  await ended;
}

function withLockFile<T>(path: string, body: () => T): T {
  const before = process.env.XTABLES_LOCKFILE;
  process.env.XTABLES_LOCKFILE = path;
  try {
    return body();
  } finally {
    if (before === undefined) delete process.env.XTABLES_LOCKFILE;
    else process.env.XTABLES_LOCKFILE = before;
  }
}

const codeOf = (body: () => unknown): { code: string; message: string } => {
  try {
    body();
  } catch (error) {
    if (error instanceof IptablesError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
};

describe('The xtables lock', () => {
  let folder: string;
  let lockPath: string;

  before(function () {
    needIptables(this);
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-lock-'));
    lockPath = join(folder, 'xtables.lock');
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it('held by another program makes a replacement fail after the time given: lock-held', () =>
    inPrivateNetns(async (netns) => {
      const holder = await holdLock(lockPath);
      try {
        const { code, message } = codeOf(() => replaceTable(table, netns, { lockPath, lockWaitMs: 20 }));
        assert.equal(code, 'lock-held');
        assert.match(message, /xtables\.lock for 20 ms; let it finish \(fuser .*lockWaitMs/);
        assert.equal(readTable('filter', netns).chains.length, 3);
      } finally {
        await release(holder);
      }
      replaceTable(table, netns, { lockPath, lockWaitMs: 0 });
      assert.equal(readTable('filter', netns).chains.length, 4);
    }));

  it('is waited for', () =>
    inPrivateNetns(async (netns) => {
      const holder = spawn('flock', ['--exclusive', lockPath, 'sh', '-c', 'echo held; sleep 0.2'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(holder.stdout, 'data');
      const ended = once(holder, 'exit');
      const { lockNs } = replaceTable(table, netns, { lockPath, lockWaitMs: 10_000 });
      await ended;
      assert.ok(lockNs > 0);
      assert.equal(readTable('filter', netns).chains.length, 4);
    }));

  it('is given back, also after a refusal', () =>
    inPrivateNetns((netns) => {
      const refused = {
        matches: [],
        target: { target: 'opaque', name: 'NONSUCH', revision: 0, data: new Uint8Array(8) },
      };
      const bad = { name: 'filter', chains: [{ name: 'A', rules: [refused] }] } as Table;
      for (let round = 0; round < 2; round++) {
        assert.equal(codeOf(() => replaceTable(bad, netns, { lockPath, lockWaitMs: 0 })).code, 'unknown-extension');
        assert.equal(codeOf(() => replaceTable(table, netns, { lockPath, lockWaitMs: 0 })).code, 'none');
      }
    }));

  it('is created where it is missing, at the place that XTABLES_LOCKFILE names', () =>
    inPrivateNetns((netns) => {
      const named = join(folder, 'named.lock');
      withLockFile(named, () => replaceTable(table, netns));
      assert.ok(existsSync(named));
    }));

  it('that cannot be created says so, and what to do: lock-unavailable', () =>
    inPrivateNetns((netns) => {
      writeFileSync(join(folder, 'file'), '');
      mkdirSync(join(folder, 'folder'));
      for (const [path, name] of [
        [join(folder, 'gone', 'xtables.lock'), 'ENOENT'],
        [join(folder, 'file', 'xtables.lock'), 'ENOTDIR'],
      ] as const) {
        const { code, message } = codeOf(() => replaceTable(table, netns, { lockPath: path }));
        assert.equal(code, 'lock-unavailable');
        assert.match(message, new RegExp(`cannot open the xtables lock ${path} \\(${name}\\); set XTABLES_LOCKFILE`));
      }
    }));

  it('is not needed to read', () =>
    inPrivateNetns(async (netns) => {
      const holder = await holdLock(lockPath);
      try {
        assert.equal(withLockFile(lockPath, () => readTable('filter', netns)).chains.length, 3);
      } finally {
        await release(holder);
      }
    }));
});
