/** Carries a parsed template out over its data. */
import { formatValue, ValueError } from './format.ts';
import { callFunction, isTrue } from './functions.ts';
import type { TemplateSource } from './source.ts';
import type { Command, Operand, Pipe, TreeNode } from './tree.ts';

export type TemplateData = Readonly<Record<string, unknown>>;

/** A range over more than this is a mistake in the template, not a list of devices. */
const mostTurns = 1_000_000;

/** @throws InputError with the place in the template of what cannot be evaluated. */
export function evaluate(nodes: readonly TreeNode[], data: TemplateData, template: TemplateSource): string {
  return new Evaluation(data, template).run(nodes);
}

/** What stopped a list of nodes before its end. */
type Stop = 'break' | 'continue' | undefined;

class Variables {
  readonly #values = new Map<string, unknown>();
  readonly #outer: Variables | undefined;

  constructor(outer: Variables | undefined) {
    this.#outer = outer;
  }

  declare(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** The innermost that has it, if any. */
  holder(name: string): Variables | undefined {
    return this.#values.has(name) ? this : this.#outer?.holder(name);
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }
}

class Evaluation {
  readonly #data: TemplateData;
  readonly #template: TemplateSource;
  #output = '';

  constructor(data: TemplateData, template: TemplateSource) {
    this.#data = data;
    this.#template = template;
  }

  run(nodes: readonly TreeNode[]): string {
    const variables = new Variables(undefined);
    variables.declare('$', this.#data);
    this.#nodes(nodes, this.#data, variables);
    return this.#output;
  }

  #nodes(nodes: readonly TreeNode[], dot: unknown, variables: Variables): Stop {
    for (const node of nodes) {
      const stop = this.#node(node, dot, variables);
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #node(node: TreeNode, dot: unknown, variables: Variables): Stop {
    switch (node.kind) {
      case 'text':
        this.#output += node.text;
        return undefined;
      case 'output': {
        const value = this.#pipe(node.pipe, dot, variables);
        this.#output += this.#guard(node.pipe.offset, () => formatValue(value));
        return undefined;
      }
      case 'assign': {
        const value = this.#pipe(node.pipe, dot, variables);
        const holder = node.declares ? variables : variables.holder(node.name);
        if (holder === undefined) throw this.#undeclared(node.name, node.pipe.offset);
        holder.declare(node.name, value);
        return undefined;
      }
      case 'if':
      case 'with': {
        const value = this.#pipe(node.pipe, dot, variables);
        const inner = new Variables(variables);
        if (node.variable !== undefined) inner.declare(node.variable, value);
        if (!isTrue(value)) return this.#nodes(node.otherwise, dot, inner);
        return this.#nodes(node.body, node.kind === 'with' ? value : dot, inner);
      }
      case 'range': {
        const entries = this.#entries(this.#pipe(node.pipe, dot, variables), node.pipe.offset);
        if (entries.length === 0) return this.#nodes(node.otherwise, dot, new Variables(variables));
        for (const [index, element] of entries) {
          const inner = new Variables(variables);
          if (node.indexVariable !== undefined) inner.declare(node.indexVariable, index);
          if (node.elementVariable !== undefined) inner.declare(node.elementVariable, element);
          if (this.#nodes(node.body, element, inner) === 'break') break;
        }
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #entries(value: unknown, offset: number): (readonly [unknown, unknown])[] {
    if (typeof value === 'number' && Number.isInteger(value) && value <= mostTurns) {
      return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index] as const);
    }
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((element, index) => [index, element] as const);
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    }
    throw this.#template.problem(offset, `range takes a list, a mapping or a whole number up to ${mostTurns}`);
  }

  /** The value of each command is the last argument of the next. */
  #pipe(pipe: Pipe, dot: unknown, variables: Variables): unknown {
    let value: unknown;
    for (const [place, command] of pipe.commands.entries()) {
      value = this.#command(command, dot, variables, place === 0 ? [] : [value]);
    }
    return value;
  }

  #command(command: Command, dot: unknown, variables: Variables, piped: readonly unknown[]): unknown {
    const [first, ...others] = command.operands;
    if (first.kind !== 'function') {
      if (piped.length > 0) throw this.#template.problem(command.offset, 'a value is piped into what is no function');
      return this.#operand(first, dot, variables);
    }
    if (first.name === 'and' || first.name === 'or') {
      return this.#junction(first.name, [...others], dot, variables, piped, command.offset);
    }
    const values = others.map((operand) => this.#operand(operand, dot, variables));
    return this.#guard(command.offset, () => callFunction(first.name, [...values, ...piped]));
  }

  /** The first value that decides, or the last. */
  #junction(
    name: 'and' | 'or',
    operands: readonly Operand[],
    dot: unknown,
    variables: Variables,
    piped: readonly unknown[],
    offset: number,
  ): unknown {
    const decides = name === 'or';
    let value: unknown;
    let any = false;
    for (const operand of operands) {
      value = this.#operand(operand, dot, variables);
      any = true;
      if (isTrue(value) === decides) return value;
    }
    if (piped.length > 0) return piped[0];
    if (!any) throw this.#template.problem(offset, `${name} takes one value or more`);
    return value;
  }

  #operand(operand: Operand, dot: unknown, variables: Variables): unknown {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'function':
        return this.#guard(operand.offset, () => callFunction(operand.name, []));
      case 'dot':
        return this.#field(dot, operand.path, operand.offset);
      case 'variable': {
        const holder = variables.holder(operand.name);
        if (holder === undefined) throw this.#undeclared(operand.name, operand.offset);
        return this.#field(holder.get(operand.name), operand.path, operand.offset);
      }
      case 'pipe':
        return this.#field(this.#pipe(operand.pipe, dot, variables), operand.path, operand.offset);
    }
  }

  /** A field that a mapping lacks has no value: `or .count 1` gives a default, and printing it is an error. */
  #field(value: unknown, path: readonly string[], offset: number): unknown {
    let current = value;
    for (const name of path) {
      if (typeof current !== 'object' || current === null || Array.isArray(current)) {
        throw this.#template.problem(offset, `.${name} is asked of what has no fields`);
      }
      current = Object.hasOwn(current, name) ? Reflect.get(current, name) : undefined;
    }
    return current;
  }

  #guard<T>(offset: number, compute: () => T): T {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const known = Object.keys(this.#data).map((name) => `.${name}`);
      throw this.#template.problem(offset, error.message, `the template is given ${known.join(', ')}`);
    }
  }

  #undeclared(name: string, offset: number): Error {
    return this.#template.problem(offset, `variable ${name} is not declared; write {{${name} := …}} before it`);
  }
}
