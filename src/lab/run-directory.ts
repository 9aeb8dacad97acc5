/** One folder per run: `results.jsonl`, appended line by line, and the reports made from it. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runDirectoryError, runDirectoryNotMadeError } from './errors.ts';
import type { ResultRecord } from './records.ts';

export const resultsFile = 'results.jsonl';

/** A name that sorts by time: `20261123-093000-default`. */
export function runName(startedAt: Date, lab: string): string {
  const digits = startedAt.toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
  return `${digits.replace('T', '-')}-${lab}`;
}

/** Append-only; each record has reached the operating system when `append` returns, so a killed process loses nothing. */
export interface RecordWriter {
  append(record: ResultRecord): void;
  close(): void;
}

function openWriter(path: string, flags: 'ax' | 'a'): RecordWriter {
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch (error) {
    throw runDirectoryError(path, error);
  }
  return {
    append(record) {
      try {
        appendFileSync(fd, `${JSON.stringify(record)}\n`);
      } catch (error) {
        throw runDirectoryError(path, error);
      }
    },
    close() {
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    },
  };
}

/**
 * Makes a folder and those above it. Not `mkdirSync` with `recursive`: that one never returns where the file system
 * answers ENOENT below a folder that exists, as /proc does.
 */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path);
}

/** Makes `<parent>/<name>` and opens its results. Fails at once, before anything is measured, when it cannot be written. */
export function createRunDirectory(parent: string, name: string): { path: string; writer: RecordWriter } {
  const path = join(parent, name);
  try {
    makeFolders(resolve(parent));
    mkdirSync(path);
  } catch (error) {
    throw runDirectoryNotMadeError(path, error);
  }
  return { path, writer: openWriter(join(path, resultsFile), 'ax') };
}

/** Opens the results of a killed or interrupted run for more; a torn last line is cut off first. */
export function reopenRunDirectory(path: string): RecordWriter {
  const file = join(path, resultsFile);
  try {
    const text = readFileSync(file);
    const end = text.lastIndexOf('\n') + 1;
    if (end < text.length) truncateSync(file, end);
  } catch (error) {
    throw runDirectoryError(file, error);
  }
  return openWriter(file, 'a');
}
