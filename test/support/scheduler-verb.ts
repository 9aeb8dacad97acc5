/** Runs a verb of `kubedyno scheduler` inside the test's own process. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { InputError } from '../../src/api/index.ts';
import { schedulerCommand } from '../../src/cli/scheduler.ts';

export interface VerbResult {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/** What the verb prints, and the exit code that it leaves. @throws what it throws */
export async function schedulerVerb(...args: readonly string[]): Promise<VerbResult> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const command = schedulerCommand({ out, err });
  throwOnExit(command);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const printed = Promise.all([text(out), text(err)]);
    await command.parseAsync([...args], { from: 'user' });
    out.end();
    err.end();
    const [stdout, stderr] = await printed;
    return { out: stdout, err: stderr, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
  }
}

function throwOnExit(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  for (const child of command.commands) throwOnExit(child);
}

/** The verb must end with exit code 64 and one message that matches. */
export async function refuses(args: readonly string[], message: RegExp): Promise<void> {
  await assert.rejects(schedulerVerb(...args), (error) => {
    assert.ok(error instanceof InputError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.exitCode, 64);
    assert.match(error.message, message);
    return true;
  });
}

/** Files by name in a folder of their own, as long as `body` runs. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  body: (pathOf: (name: string) => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kubedyno-scheduler-'));
  const pathOf = (name: string): string => join(folder, name);
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(pathOf(name)), { recursive: true });
      writeFileSync(pathOf(name), content);
    }
    return await body(pathOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function nodeYaml(name: string, cpu = '4'): string {
  return `---
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { allocatable: { cpu: "${cpu}", memory: 8Gi, pods: "10" } }
`;
}

/** @param rest more lines of the spec, in YAML's flow style */
export function podYaml(name: string, cpu = '1', rest = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: c, resources: { requests: { cpu: "${cpu}" } } }]${rest === '' ? '' : `, ${rest}`} }
`;
}

/** A KubeSchedulerConfiguration with these lines. */
export function configYaml(lines: string): string {
  return `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${lines}\n`;
}
