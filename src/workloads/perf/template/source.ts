/** A template's text with its lines, so that what is wrong is said with file, line and column. */
import { type InputError, inputProblems, type SourcePosition } from '../../../api/index.ts';

export class TemplateSource {
  readonly file: string;
  readonly text: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  positionOf(offset: number): SourcePosition {
    const before = this.text.slice(0, offset).split('\n');
    return { file: this.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  problem(offset: number, message: string, allowed?: string): InputError {
    return inputProblems([{ at: this.positionOf(offset), message, ...(allowed === undefined ? {} : { allowed }) }]);
  }
}
