/** What scheduler_perf's files use of Go's text/template, with its functions. */
import { evaluate, type TemplateData } from './evaluate.ts';
import { parseTemplate } from './parse.ts';
import { TemplateSource } from './source.ts';

export type { TemplateData } from './evaluate.ts';

export interface TextTemplate {
  readonly file: string;
  /** Without actions every rendering is the text itself, and need be made only once. */
  readonly isConstant: boolean;
  /** @throws InputError with file, line and column of what cannot be evaluated. */
  render(data: TemplateData): string;
}

/** @throws InputError with file, line and column of what does not parse. */
export function compileTemplate(file: string, text: string): TextTemplate {
  const source = new TemplateSource(file, text);
  const nodes = parseTemplate(source);
  return {
    file,
    isConstant: nodes.every(({ kind }) => kind === 'text'),
    render: (data) => evaluate(nodes, data, source),
  };
}
