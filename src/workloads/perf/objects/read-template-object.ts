/** The reader of this project for what templates give. */
import { inputProblems, readObject } from '../../../api/index.ts';
import type { ToObject } from './object-template.ts';

/** @throws InputError with the line of the template of each problem. */
export const readTemplateObject: ToObject = (value, at) => {
  const result = readObject(value, at);
  if (!result.ok) throw inputProblems(result.problems);
  return result.object;
};
