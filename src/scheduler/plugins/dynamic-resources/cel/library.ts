/** The CEL library, with those hooks of its macros that its own types leave open. */
import type { ASTNode } from '@marcbachmann/cel-js';

export { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** What a macro's typeCheck and evaluate are given. */
export interface EvaluationContext {
  check(node: unknown, context: unknown): unknown;
  getType(name: string): unknown;
  run(node: ASTNode, context: unknown): unknown;
}
