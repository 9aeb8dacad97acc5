/**
 * The CEL that device selectors are written in: the language's own functions and macros, optionals, `cel.bind`, and of
 * Kubernetes's libraries quantities, semantic versions, `find` and `findAll`.
 * Source: apiserver pkg/cel/environment and library, dynamic-resource-allocation cel/compile.go.
 */

import { CelDevice, Domains } from './device-variable.ts';
import { type ASTNode, Environment, type EvaluationContext } from './library.ts';
import { CelQuantity } from './quantity.ts';
import { CelSemver } from './semver.ts';

/** In place of `has`, which the library knows for plain fields only. */
const hasMacro = 'hasField';

/** An expression ready to be asked of many devices. @throws when it is none, or cannot give a boolean */
export function compileSelector(expression: string): (device: CelDevice) => unknown {
  const parsed = environment.parse(withOwnHas(expression));
  const { valid, type, error } = parsed.check();
  if (!valid) throw error ?? new Error('it is not valid');
  if (type !== undefined && type !== 'bool' && type !== 'dyn') {
    throw new Error(`must evaluate to bool or the unknown type, not ${type}`);
  }
  return (device) => parsed({ device });
}

const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  .registerType('Domains', { ctor: Domains })
  .registerType('Device', {
    ctor: CelDevice,
    fields: { driver: 'string', allowMultipleAllocations: 'bool', attributes: 'dyn', capacity: 'dyn' },
  })
  .registerType('Quantity', { ctor: CelQuantity, fields: {} })
  .registerType('Semver', { ctor: CelSemver, fields: {} })
  .registerVariable('device', 'Device')
  .registerFunction('size(Domains): int', (domains: Domains) => BigInt(domains.size))
  .registerFunction('Domains.size(): int', (domains: Domains) => BigInt(domains.size))
  .registerOperator('string in Domains', (domain: string, domains: Domains) => domains.has(domain))
  .registerFunction(`${hasMacro}(ast): bool`, ({ args: [field] }: { readonly args: readonly [ASTNode] }) => ({
    typeCheck(checker: EvaluationContext, _macro: unknown, context: unknown) {
      if (field.op !== '.') throw new Error('invalid argument to has() macro');
      checker.check(field.args[0], context);
      return checker.getType('bool');
    },
    evaluate(evaluator: EvaluationContext, _macro: unknown, context: unknown) {
      const [object, name] = field.args as [ASTNode, string];
      return hasField(evaluator.run(object, context), name);
    },
  }))
  .registerFunction('quantity(string): Quantity', (text: string) => CelQuantity.of(text))
  .registerFunction('isQuantity(string): bool', (text: string) => isQuantity(text))
  .registerFunction('Quantity.isInteger(): bool', (quantity: CelQuantity) => quantity.isInteger)
  .registerFunction('Quantity.asInteger(): int', (quantity: CelQuantity) => quantity.asInteger())
  .registerFunction('Quantity.asApproximateFloat(): double', (quantity: CelQuantity) => quantity.asApproximateFloat())
  .registerFunction('Quantity.sign(): int', (quantity: CelQuantity) => quantity.compareTo(new CelQuantity(0n)))
  .registerFunction('Quantity.add(Quantity): Quantity', (a: CelQuantity, b: CelQuantity) => a.plus(b))
  .registerFunction('Quantity.add(int): Quantity', (a: CelQuantity, b: bigint) => a.plus(b))
  .registerFunction('Quantity.sub(Quantity): Quantity', (a: CelQuantity, b: CelQuantity) => a.minus(b))
  .registerFunction('Quantity.sub(int): Quantity', (a: CelQuantity, b: bigint) => a.minus(b))
  .registerFunction('Quantity.compareTo(Quantity): int', (a: CelQuantity, b: CelQuantity) => a.compareTo(b))
  .registerFunction('Quantity.isLessThan(Quantity): bool', (a: CelQuantity, b: CelQuantity) => a.compareTo(b) < 0n)
  .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: CelQuantity, b: CelQuantity) => a.compareTo(b) > 0n)
  .registerOperator('Quantity == Quantity', (a: CelQuantity, b: CelQuantity) => a.compareTo(b) === 0n)
  .registerFunction('semver(string): Semver', (text: string) => semver(text, false))
  .registerFunction('semver(string, bool): Semver', (text: string, normalize: boolean) => semver(text, normalize))
  .registerFunction('isSemver(string): bool', (text: string) => CelSemver.parse(text) !== undefined)
  .registerFunction(
    'isSemver(string, bool): bool',
    (text: string, normalize: boolean) => CelSemver.parse(text, normalize) !== undefined,
  )
  .registerFunction('Semver.major(): int', (version: CelSemver) => version.major)
  .registerFunction('Semver.minor(): int', (version: CelSemver) => version.minor)
  .registerFunction('Semver.patch(): int', (version: CelSemver) => version.patch)
  .registerFunction('Semver.compareTo(Semver): int', (a: CelSemver, b: CelSemver) => a.compareTo(b))
  .registerFunction('Semver.isLessThan(Semver): bool', (a: CelSemver, b: CelSemver) => a.compareTo(b) < 0n)
  .registerFunction('Semver.isGreaterThan(Semver): bool', (a: CelSemver, b: CelSemver) => a.compareTo(b) > 0n)
  .registerOperator('Semver == Semver', (a: CelSemver, b: CelSemver) => a.compareTo(b) === 0n)
  .registerFunction('string.find(string): string', (text: string, pattern: string) => text.match(pattern)?.[0] ?? '')
  .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => [
    ...(text.match(new RegExp(pattern, 'g')) ?? []),
  ]);

function isQuantity(text: string): boolean {
  try {
    CelQuantity.of(text);
    return true;
  } catch {
    return false;
  }
}

function semver(text: string, normalize: boolean): CelSemver {
  const version = CelSemver.parse(text, normalize);
  if (version === undefined) throw new RangeError(`'${text}' is not a semantic version`);
  return version;
}

function hasField(object: unknown, name: string): boolean {
  if (object instanceof Domains) return object.has(name);
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name);
}

/** Strings, raw and triple-quoted ones too, then comments: what a name may not be looked for in. */
const quotedOrHas =
  /[rR]?"""[\s\S]*?"""|[rR]?'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|(?<![\w.])has(?=\s*\()/g;

function withOwnHas(expression: string): string {
  return expression.replace(quotedOrHas, (part) => (part === 'has' ? hasMacro : part));
}
