/** What a template is made of once it is parsed. `offset` leads back to the file. */

export interface Pipe {
  readonly commands: readonly Command[];
  readonly offset: number;
}

/** The first operand, called with the others; a value alone is a call without arguments. */
export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
  readonly offset: number;
}

export type Operand = { readonly offset: number } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'function'; readonly name: string }
  /** `.a.b`; an empty path is the dot itself. */
  | { readonly kind: 'dot'; readonly path: readonly string[] }
  /** `$name.a.b`; `$` alone is the data that the template was given. */
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] }
);

export type TreeNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipe: Pipe }
  | { readonly kind: 'assign'; readonly name: string; readonly declares: boolean; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with';
      readonly pipe: Pipe;
      /** `{{with $x := …}}`, `{{if $x := …}}` */
      readonly variable: string | undefined;
      readonly body: readonly TreeNode[];
      readonly otherwise: readonly TreeNode[];
    }
  | {
      readonly kind: 'range';
      readonly pipe: Pipe;
      readonly indexVariable: string | undefined;
      readonly elementVariable: string | undefined;
      readonly body: readonly TreeNode[];
      readonly otherwise: readonly TreeNode[];
    }
  | { readonly kind: 'break' | 'continue'; readonly offset: number };
