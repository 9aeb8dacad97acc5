import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { loadTrace } from '../../../src/workloads/trace/load-trace.ts';
import { memoryFiles } from '../../api/memory-files.ts';

const nodes = 'sn,cpu_milli,memory_mib,gpu,model\n';
const pods = 'name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,2,1,500\n';

describe('loadTrace', () => {
  it('takes the only two lists of a folder', async () => {
    const files = memoryFiles({ 't/my-nodes.csv': `${nodes}n,1,2,0,\n`, 't/my-pods.csv': pods, 't/README.md': '' });
    const trace = await loadTrace('t', {}, files);
    assert.deepEqual([trace.nodes[0]?.name, trace.pods[0]?.name], ['n', 'p']);
  });

  it('takes the lists that the paper uses where there are several, or those that are named', async () => {
    const files = memoryFiles({
      't/openb_node_list_all_node.csv': `${nodes}all,1,2,0,\n`,
      't/openb_node_list_gpu_node.csv': `${nodes}gpu,1,2,1,T4\n`,
      't/openb_pod_list_cpu050.csv': pods.replace('p,', 'other,'),
      't/openb_pod_list_default.csv': pods,
    });
    const paper = await loadTrace('t', {}, files);
    assert.deepEqual([paper.nodes[0]?.name, paper.pods[0]?.name], ['gpu', 'p']);
    const named = { nodes: 'openb_node_list_all_node.csv', pods: 'openb_pod_list_cpu050.csv' };
    const other = await loadTrace('t', named, files);
    assert.deepEqual([other.nodes[0]?.name, other.pods[0]?.name], ['all', 'other']);
  });

  it('says what it looks for when a list is missing or cannot be told', async () => {
    const refuses = (texts: Record<string, string>, message: RegExp, names = {}) =>
      assert.rejects(
        loadTrace('t', names, memoryFiles(texts)),
        (error) => error instanceof InputError && message.test(error.message),
      );
    await refuses({ 't/pods.csv': pods }, /^t: no list of nodes: no file is called \*node\*\.csv \(there: pods\.csv\)/);
    await refuses(
      { 't/nodes.csv': `${nodes}n,1,2,0,\n`, 't/pods-a.csv': pods, 't/pods-b.csv': pods },
      /^t: several lists of pods: pods-a\.csv, pods-b\.csv; name one of them$/,
    );
    await refuses({ 't/nodes.csv': nodes, 't/pods.csv': pods }, /^t\/none\.csv: cannot be read/, { nodes: 'none.csv' });
    await refuses({ 't/nodes.csv': nodes, 't/pods.csv': pods }, /^t\/nodes\.csv:2:1: no rows/);
  });
});
