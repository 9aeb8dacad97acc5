/** docs/scheduler.md shows what the program prints, and a plugin that works. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import { configYaml, nodeYaml, podYaml, schedulerVerb } from '../support/scheduler-verb.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'scheduler.md'), 'utf8');
const shown = [...page.matchAll(/^```\n\$ kubedyno scheduler (.*)\n([\s\S]*?)^```$/gm)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

/** How long a replay took is the one thing that differs from run to run. */
const withoutTime = (text: string): string => text.replaceAll(/ +(took|[\d.]+ (ms|s))$/gm, '');

describe('the page on the scheduler', () => {
  it('has an example of each verb that decides', () => {
    assert.deepEqual(
      shown.map(({ command }) => command.split(' ')[0]),
      ['run', 'explain', 'explain', 'compare', 'replay'],
    );
  });

  for (const { command, output } of shown) {
    it(`shows what \`${command}\` prints`, async () => {
      const before = process.cwd();
      process.chdir(packageRoot());
      try {
        assert.equal(withoutTime((await schedulerVerb(...command.split(' '))).out), withoutTime(output));
      } finally {
        process.chdir(before);
      }
    });
  }

  it('has a program that says what it prints', () => {
    const [, program = ''] = /^```mjs\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const [, said] = /console\.log\(.*\/\/ (.*)$/m.exec(program) ?? [];
    // By its own name the package finds itself.
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: packageRoot(),
      encoding: 'utf8',
    });
    assert.equal(printed.trim(), said);
  });

  it('has a plugin that keeps memory in reserve', async () => {
    const [, module = ''] = /^```js\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'kubedyno-page-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(packageRoot(), join(folder, 'node_modules', 'kubedyno'));
      writeFileSync(join(folder, 'reserve.mjs'), module);
      const profile = (percent: number): string =>
        `kubedyno: { plugins: [reserve.mjs] }\nprofiles: [{ plugins: { multiPoint: { enabled: [{ name: MemoryReserve }] } }, pluginConfig: [{ name: MemoryReserve, args: { percent: ${percent} } }] }]`;
      const pod = podYaml('p').replace('cpu: "1"', 'memory: 7Gi');
      writeFileSync(join(folder, 'm.yaml'), nodeYaml('n') + pod);
      const run = async (percent: number): Promise<string> => {
        writeFileSync(join(folder, 'c.yaml'), configYaml(profile(percent)));
        return (await schedulerVerb('run', '-f', join(folder, 'm.yaml'), '--config', join(folder, 'c.yaml'))).out;
      };
      assert.match(await run(12.5), /^default\/p {2}n$/m);
      assert.match(
        await run(13),
        /^default\/p {2}0\/1 nodes are available: 1 node\(s\) had too little memory in reserve\./m,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
