/** All template files of a workload, read and parsed before it begins. */
import { type FileAccess, inputProblems, nodeFiles, type Problem } from '../../../api/index.ts';
import { templatePathsOf } from '../plan/operations.ts';
import type { WorkloadPlan } from '../plan/plan-workload.ts';
import { compileTemplate, type TextTemplate } from '../template/index.ts';
import { defaultNodeTemplate, defaultPodTemplate } from './default-templates.ts';

/** By path, as the operations name them. */
export type TemplateLibrary = ReadonlyMap<string, TextTemplate>;

export const defaultNode = compileTemplate('<default node>', defaultNodeTemplate);
export const defaultPod = compileTemplate('<default pod>', defaultPodTemplate);

/** @throws InputError naming the operation whose file cannot be read, or the place in a file that does not parse. */
export async function loadTemplates(plan: WorkloadPlan, files: FileAccess = nodeFiles): Promise<TemplateLibrary> {
  const templates = new Map<string, TextTemplate>();
  const problems: Problem[] = [];
  for (const operation of plan.operations) {
    for (const path of templatePathsOf(operation)) {
      if (templates.has(path)) continue;
      let text: string;
      try {
        text = await files.read(path);
      } catch (error) {
        const reason =
          error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : String(error);
        problems.push({
          at: operation.at,
          message: `${operation.opcode}: template cannot be read: ${reason}`,
          got: path,
        });
        continue;
      }
      templates.set(path, compileTemplate(path, text));
    }
  }
  if (problems.length > 0) throw inputProblems(problems);
  return templates;
}
