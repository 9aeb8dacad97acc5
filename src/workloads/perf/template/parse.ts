/** Template text to a tree. What scheduler_perf's files use of Go's text/template; nested templates are refused. */
import { functionNames, isFunction } from './functions.ts';
import type { TemplateSource } from './source.ts';
import { splitTemplate } from './split.ts';
import { type Token, tokenize } from './tokens.ts';
import type { Command, Operand, Pipe, TreeNode } from './tree.ts';

/** @throws InputError with file, line and column. */
export function parseTemplate(template: TemplateSource): readonly TreeNode[] {
  const parser = new Parser(template);
  const { nodes, end } = parser.nodes(undefined);
  if (end !== undefined) throw template.problem(end.offset, `{{${end.text}}} closes nothing`);
  return nodes;
}

type Block = 'if' | 'with' | 'range';

class Parser {
  readonly #template: TemplateSource;
  readonly #segments: ReturnType<typeof splitTemplate>;
  #place = 0;
  #tokens: readonly Token[] = [];
  #token = 0;
  #actionOffset = 0;
  #loops = 0;

  constructor(template: TemplateSource) {
    this.#template = template;
    this.#segments = splitTemplate(template);
  }

  /** Nodes up to the `end` or `else` of the block; that word's own tokens are still to be read. */
  nodes(block: { readonly keyword: Block; readonly offset: number } | undefined): {
    readonly nodes: TreeNode[];
    readonly end: Token | undefined;
  } {
    const nodes: TreeNode[] = [];
    for (;;) {
      const segment = this.#segments[this.#place];
      if (segment === undefined) {
        if (block !== undefined) throw this.#problem(block.offset, `{{${block.keyword}}} has no {{end}}`);
        return { nodes, end: undefined };
      }
      this.#place += 1;
      if (segment.kind === 'text') {
        nodes.push({ kind: 'text', text: segment.text });
        continue;
      }
      this.#tokens = tokenize(segment.source, segment.offset, this.#template);
      this.#token = 0;
      this.#actionOffset = segment.offset;
      const first = this.#peek();
      if (first?.kind === 'word' && (first.text === 'end' || first.text === 'else')) {
        this.#token += 1;
        return { nodes, end: first };
      }
      nodes.push(this.#action());
    }
  }

  #action(): TreeNode {
    const first = this.#peek();
    if (first === undefined) throw this.#problem(this.#actionOffset, 'the action is empty');
    if (first.kind === 'word') {
      switch (first.text) {
        case 'if':
        case 'with':
        case 'range':
          this.#token += 1;
          return this.#block(first.text, first.offset);
        case 'break':
        case 'continue':
          this.#token += 1;
          this.#endOfAction();
          if (this.#loops === 0) throw this.#problem(first.offset, `{{${first.text}}} stands outside of a range`);
          return { kind: first.text, offset: first.offset };
        case 'define':
        case 'template':
        case 'block':
          throw this.#problem(first.offset, `{{${first.text}}} is not supported: write the text out here`);
      }
    }
    const assigned = this.#assignedVariables(1);
    const pipe = this.#pipe();
    this.#endOfAction();
    const [name] = assigned?.names ?? [];
    if (assigned === undefined || name === undefined) return { kind: 'output', pipe };
    return { kind: 'assign', name, declares: assigned.declares, pipe };
  }

  #block(keyword: Block, offset: number): TreeNode {
    const assigned = this.#assignedVariables(keyword === 'range' ? 2 : 1);
    if (assigned !== undefined && !assigned.declares) throw this.#problem(offset, 'declare the variable with :=');
    const names = assigned?.names ?? [];
    const pipe = this.#pipe();
    this.#endOfAction();
    if (keyword === 'range') this.#loops += 1;
    const { nodes: body, end } = this.nodes({ keyword, offset });
    if (keyword === 'range') this.#loops -= 1;
    const otherwise = end?.text === 'else' ? this.#otherwise(keyword, offset) : [];
    if (end?.text === 'end') this.#endOfAction();
    if (keyword !== 'range') return { kind: keyword, pipe, variable: names[0], body, otherwise };
    const [indexVariable, elementVariable] = names.length === 2 ? names : [undefined, names[0]];
    return { kind: 'range', pipe, indexVariable, elementVariable, body, otherwise };
  }

  /** After `else`: nodes up to the end, or one more block for `else if`, which shares the end. */
  #otherwise(keyword: Block, offset: number): readonly TreeNode[] {
    const next = this.#peek();
    if (next?.kind === 'word' && next.text === keyword && keyword !== 'range') {
      this.#token += 1;
      return [this.#block(keyword, next.offset)];
    }
    this.#endOfAction();
    const { nodes, end } = this.nodes({ keyword, offset });
    if (end?.text === 'else') throw this.#problem(end.offset, 'a second {{else}} in one block');
    this.#endOfAction();
    return nodes;
  }

  /** `$a :=`, `$a =`, `$a, $b :=`. */
  #assignedVariables(most: number): { readonly names: readonly string[]; readonly declares: boolean } | undefined {
    const from = this.#token;
    const names: string[] = [];
    for (;;) {
      const variable = this.#tokens[this.#token];
      if (variable?.kind !== 'variable') break;
      names.push(variable.text);
      const mark = this.#tokens[this.#token + 1];
      if (mark?.kind !== 'mark') break;
      this.#token += 2;
      if (mark.text === ',' && names.length < most) continue;
      if (mark.text === ':=' || mark.text === '=') return { names, declares: mark.text === ':=' };
      break;
    }
    this.#token = from;
    return undefined;
  }

  #pipe(): Pipe {
    const offset = this.#peek()?.offset ?? this.#actionOffset;
    const commands = [this.#command()];
    while (this.#take('|')) commands.push(this.#command());
    return { commands, offset };
  }

  #command(): Command {
    const offset = this.#peek()?.offset ?? this.#actionOffset;
    const operands: Operand[] = [];
    for (let operand = this.#operand(); operand !== undefined; operand = this.#operand()) operands.push(operand);
    const [first, ...others] = operands;
    if (first === undefined) throw this.#problem(offset, 'a value or a function is missing here');
    if (first.kind !== 'function' && others.length > 0) {
      throw this.#problem(offset, 'only a function takes arguments', functionNames().join(', '));
    }
    return { operands: [first, ...others], offset };
  }

  #operand(): Operand | undefined {
    const token = this.#peek();
    if (token === undefined) return undefined;
    const { offset } = token;
    switch (token.kind) {
      case 'literal':
        this.#token += 1;
        return { kind: 'literal', value: token.value, offset };
      case 'dot':
        this.#token += 1;
        return { kind: 'dot', path: [], offset };
      case 'field':
        return { kind: 'dot', path: this.#fields(true), offset };
      case 'variable':
        this.#token += 1;
        return { kind: 'variable', name: token.text, path: this.#fields(false), offset };
      case 'word':
        this.#token += 1;
        if (token.text === 'true' || token.text === 'false') {
          return { kind: 'literal', value: token.text === 'true', offset };
        }
        if (token.text === 'nil') return { kind: 'literal', value: undefined, offset };
        if (isFunction(token.text)) return { kind: 'function', name: token.text, offset };
        throw this.#problem(offset, `unknown function '${token.text}'`, functionNames().join(', '));
      case 'mark': {
        if (!this.#take('(')) return undefined;
        const pipe = this.#pipe();
        if (!this.#take(')')) throw this.#problem(offset, 'this bracket is not closed');
        return { kind: 'pipe', pipe, path: this.#fields(false), offset };
      }
    }
  }

  /** `.a.b` without spaces between them; the first may have one before it where an operand begins. */
  #fields(beginsOperand: boolean): string[] {
    const path: string[] = [];
    for (;;) {
      const token = this.#peek();
      if (token?.kind !== 'field' || (token.spaceBefore && !(beginsOperand && path.length === 0))) return path;
      path.push(token.text.slice(1));
      this.#token += 1;
    }
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#token];
  }

  #take(mark: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#token += 1;
    return true;
  }

  #endOfAction(): void {
    const extra = this.#peek();
    if (extra !== undefined) throw this.#problem(extra.offset, `unexpected '${extra.text}' in an action`);
  }

  #problem(offset: number, message: string, allowed?: string): Error {
    return this.#template.problem(offset, message, allowed);
  }
}
