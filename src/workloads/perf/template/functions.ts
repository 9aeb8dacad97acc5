/** The functions of a template: Go's own, and those that scheduler_perf adds (operations.go, getTemplateFuncs). */
import { formatValue, sprintf, toNumber, ValueError } from './format.ts';

type TemplateFunction = (...values: readonly unknown[]) => unknown;

/** `and` and `or` are evaluated in evaluate.ts: they look at their arguments only as far as they must. */
const lazyFunctions: readonly string[] = ['and', 'or'];

const functions: Readonly<Record<string, TemplateFunction>> = {
  AddInt: (...numbers) => toInt(sum(numbers)),
  AddFloat: (...numbers) => sum(numbers),
  SubtractInt: (...numbers) => toInt(subtract(two('SubtractInt', numbers))),
  SubtractFloat: (...numbers) => subtract(two('SubtractFloat', numbers)),
  MultiplyInt: (...numbers) => toInt(product(numbers)),
  MultiplyFloat: (...numbers) => product(numbers),
  DivideInt: (...numbers) => toInt(divide(two('DivideInt', numbers))),
  DivideFloat: (...numbers) => divide(two('DivideFloat', numbers)),
  Mod: (...numbers) => {
    const [a, b] = two('Mod', numbers);
    if (toInt(b) === 0) throw new ValueError('Mod: division by zero');
    return toInt(a) % toInt(b) || 0;
  },
  Int: (...values) => toInt(toNumber(one('Int', values))),
  JSON: (...values) => JSON.stringify(one('JSON', values)) ?? 'null',
  not: (...values) => !isTrue(one('not', values)),
  eq: (first, ...others) => {
    if (others.length === 0) throw new ValueError('eq takes two values or more');
    return others.some((other) => equal(first, other));
  },
  ne: (...values) => {
    if (values.length !== 2) throw new ValueError('ne takes two values');
    return !equal(values[0], values[1]);
  },
  lt: (...values) => order('lt', values) < 0,
  le: (...values) => order('le', values) <= 0,
  gt: (...values) => order('gt', values) > 0,
  ge: (...values) => order('ge', values) >= 0,
  len: (...values) => length(one('len', values)),
  index: (collection, ...keys) => keys.reduce<unknown>(elementOf, collection),
  print: (...values) => values.map(formatValue).join(''),
  println: (...values) => `${values.map(formatValue).join(' ')}\n`,
  printf: (format, ...values) => {
    if (typeof format !== 'string') throw new ValueError('printf takes a format first, such as "%03d"');
    return sprintf(format, values);
  },
};

export function isFunction(name: string): boolean {
  return Object.hasOwn(functions, name) || lazyFunctions.includes(name);
}

export function functionNames(): readonly string[] {
  return [...Object.keys(functions), ...lazyFunctions];
}

/** @throws ValueError for arguments that it does not take. */
export function callFunction(name: string, values: readonly unknown[]): unknown {
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (called === undefined) throw new ValueError(`unknown function '${name}'`);
  return called(...values);
}

/** What Go calls the truth of a value: not zero, not empty, not absent. */
export function isTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function one(name: string, values: readonly unknown[]): unknown {
  if (values.length !== 1) throw new ValueError(`${name} takes one value, not ${values.length}`);
  return values[0];
}

function two(name: string, values: readonly unknown[]): readonly [number, number] {
  if (values.length !== 2) throw new ValueError(`${name} takes two numbers, not ${values.length}`);
  return [toNumber(values[0]), toNumber(values[1])];
}

/** Towards zero, without a negative zero, which Go's integers do not have. */
function toInt(value: number): number {
  return Math.trunc(value) || 0;
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + toNumber(value), 0);
}

function product(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total * toNumber(value), 1);
}

function subtract([a, b]: readonly [number, number]): number {
  return a - b;
}

function divide([a, b]: readonly [number, number]): number {
  if (b === 0) throw new ValueError('division by zero');
  return a / b;
}

function equal(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (typeof a === 'object' || typeof b === 'object') throw new ValueError('lists and mappings cannot be compared');
  if (typeof a !== typeof b) throw new ValueError(`${JSON.stringify(a)} and ${JSON.stringify(b)} are of two types`);
  return a === b;
}

function order(name: string, values: readonly unknown[]): number {
  const [a, b] = values;
  const isComparable = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
  if (values.length !== 2 || !isComparable) throw new ValueError(`${name} takes two numbers or two texts`);
  const left = a as number | string;
  const right = b as number | string;
  return left < right ? -1 : left > right ? 1 : 0;
}

function length(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new ValueError('len takes a text, a list or a mapping');
}

function elementOf(collection: unknown, key: unknown): unknown {
  if (Array.isArray(collection)) {
    if (typeof key === 'number' && Number.isInteger(key) && key >= 0 && key < collection.length) return collection[key];
    throw new ValueError(`index ${JSON.stringify(key)} is outside of a list of ${collection.length}`);
  }
  if (typeof collection === 'object' && collection !== null && typeof key === 'string') {
    return Object.hasOwn(collection, key) ? Reflect.get(collection, key) : undefined;
  }
  throw new ValueError('index takes a list and a place, or a mapping and a key');
}
