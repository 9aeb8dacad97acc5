/** Cuts a template into plain text and actions. */
import type { TemplateSource } from './source.ts';

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  /** What stands between the braces; `offset` is that of its first character in the file. */
  | { readonly kind: 'action'; readonly source: string; readonly offset: number };

const open = '{{';
const close = '}}';
const comment = /^\s*\/\*[\s\S]*?\*\/\s*/;
/** A string of Go: interpreted, raw, or one character. */
const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/y;

/**
 * Text without actions gives one segment, or none when it is empty. Comments are left out. `{{- ` and ` -}}` take away
 * the white space before and after the action, line ends included, as in Go.
 * @throws InputError at braces that nothing closes.
 */
export function splitTemplate(template: TemplateSource): Segment[] {
  const { text } = template;
  const segments: Segment[] = [];
  let from = 0;
  let trimStart = false;
  for (;;) {
    const start = text.indexOf(open, from);
    const end = start < 0 ? text.length : actionEnd(template, start);
    let plain = start < 0 ? text.slice(from) : text.slice(from, start);
    if (trimStart) plain = plain.trimStart();
    const inner = start < 0 ? '' : text.slice(start + open.length, end);
    const trimsBefore = /^-\s/.test(inner);
    if (trimsBefore) plain = plain.trimEnd();
    if (plain !== '') segments.push({ kind: 'text', text: plain });
    if (start < 0) return segments;
    trimStart = /\s-$/.test(inner);
    const source = inner.slice(trimsBefore ? 1 : 0, trimStart ? -1 : undefined);
    if (source.replace(comment, '') !== '' || source === '') {
      segments.push({ kind: 'action', source, offset: start + open.length + (trimsBefore ? 1 : 0) });
    }
    from = end + close.length;
  }
}

/** Where the braces close that open at `start`: not within a string, not within a comment. */
function actionEnd(template: TemplateSource, start: number): number {
  const { text } = template;
  const found = /^-?\s*\/\*[\s\S]*?\*\//.exec(text.slice(start + open.length));
  let place = start + open.length + (found?.[0].length ?? 0);
  while (place < text.length) {
    if (text.startsWith(close, place)) return place;
    quoted.lastIndex = place;
    const string = quoted.exec(text);
    place += string === null ? 1 : string[0].length;
  }
  throw template.problem(start, `the action that begins here is not closed: write ${close} after it`);
}
