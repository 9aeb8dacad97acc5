/** The words of an action. */
import type { TemplateSource } from './source.ts';

export type Token = { readonly offset: number; readonly text: string; readonly spaceBefore: boolean } & (
  | { readonly kind: 'word' | 'field' | 'variable' | 'dot' | 'mark' }
  | { readonly kind: 'literal'; readonly value: string | number }
);

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['literal', /[+-]?(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?)(?![A-Za-z_])/y],
  ['literal', /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'/y],
  ['field', /\.[A-Za-z_][A-Za-z0-9_]*/y],
  ['dot', /\./y],
  ['variable', /\$[A-Za-z0-9_]*/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['mark', /:=|[=|(),]/y],
];

/** @throws InputError at what is no word of the template language. */
export function tokenize(source: string, offset: number, template: TemplateSource): Token[] {
  const tokens: Token[] = [];
  let place = 0;
  let spaceBefore = true;
  while (place < source.length) {
    const space = /\s+/y;
    space.lastIndex = place;
    if (space.exec(source) !== null) {
      place = space.lastIndex;
      spaceBefore = true;
      continue;
    }
    const token = tokenAt(source, place, offset, spaceBefore, template);
    tokens.push(token);
    place += token.text.length;
    spaceBefore = false;
  }
  return tokens;
}

function tokenAt(source: string, place: number, base: number, spaceBefore: boolean, template: TemplateSource): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = place;
    const text = pattern.exec(source)?.[0];
    if (text === undefined) continue;
    const common = { offset: base + place, text, spaceBefore };
    if (kind !== 'literal') return { ...common, kind };
    return { ...common, kind, value: literal(text, base + place, template) };
  }
  throw template.problem(base + place, `unexpected '${source[place]}' in an action`);
}

function literal(text: string, offset: number, template: TemplateSource): string | number {
  const quote = text[0];
  if (quote === '`') return text.slice(1, -1);
  if (quote === '"' || quote === "'") {
    const value = unquote(text.slice(1, -1), offset, template);
    if (quote === '"') return value;
    const [first, ...rest] = value;
    if (first === undefined || rest.length > 0) throw template.problem(offset, `${text} is not one character`);
    return first.codePointAt(0) ?? 0;
  }
  return Number(text.replaceAll('_', ''));
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unquote(text: string, offset: number, template: TemplateSource): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([\s\S]))/g,
    (whole: string, short?: string, long?: string, byte?: string, simple?: string) => {
      const code = short ?? long ?? byte;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      const replacement = escapes[simple ?? ''];
      if (replacement === undefined) throw template.problem(offset, `unknown escape ${whole} in a string`);
      return replacement;
    },
  );
}
