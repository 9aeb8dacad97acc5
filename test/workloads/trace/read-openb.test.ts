import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { readOpenbNodes, readOpenbPods } from '../../../src/workloads/trace/read-openb.ts';

const nodes = (text: string) => readOpenbNodes({ file: 'nodes.csv', text });
const pods = (text: string) => readOpenbPods({ file: 'pods.csv', text });
const nodeHeader = 'sn,cpu_milli,memory_mib,gpu,model';
const podHeader =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the openb reader', () => {
  it('reads nodes with and without GPUs', () => {
    assert.deepEqual(nodes(`${nodeHeader}\nn-0,32000,262144,0,\nn-1,96000,393216,8,G2\n`), [
      { name: 'n-0', cpuMilli: 32_000, memoryMib: 262_144, gpus: 0, model: '' },
      { name: 'n-1', cpuMilli: 96_000, memoryMib: 393_216, gpus: 8, model: 'G2' },
    ]);
  });

  it('reads pods with their times, and without a node as never scheduled', () => {
    const rows = [
      'p-0,12000,16384,1,460,T4|P100|T4,LS,Running,5,90,7',
      'p-1,4000,1024,0,0,,BE,Pending,6,10,',
      'p-2,88000,327680,8,1000,,Burstable,Succeeded,6,6,6',
    ];
    assert.deepEqual(pods([podHeader, ...rows].join('\n')), [
      {
        name: 'p-0',
        cpuMilli: 12_000,
        memoryMib: 16_384,
        gpus: 1,
        gpuMilli: 460,
        models: ['T4', 'P100'],
        qos: 'LS',
        times: { createdS: 5, deletedS: 90, scheduledS: 7 },
      },
      {
        name: 'p-1',
        cpuMilli: 4000,
        memoryMib: 1024,
        gpus: 0,
        gpuMilli: 0,
        models: [],
        qos: 'BE',
        times: { createdS: 6, deletedS: 10 },
      },
      {
        name: 'p-2',
        cpuMilli: 88_000,
        memoryMib: 327_680,
        gpus: 8,
        gpuMilli: 1000,
        models: [],
        qos: 'Burstable',
        times: { createdS: 6, deletedS: 6, scheduledS: 6 },
      },
    ]);
  });

  it('reads the five columns of the multi-GPU lists as pods without times', () => {
    assert.deepEqual(pods('name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,2,2,1000\n'), [
      { name: 'p', cpuMilli: 1, memoryMib: 2, gpus: 2, gpuMilli: 1000, models: [], qos: '' },
    ]);
  });

  it('goes by the names of columns, not by their order, and takes CRLF, quotes and a byte order mark', () => {
    assert.deepEqual(nodes('\uFEFFmodel,sn,gpu,cpu_milli,memory_mib\r\n"T4", n ,2,1.0,3\r\n\r\n'), [
      { name: 'n', cpuMilli: 1, memoryMib: 3, gpus: 2, model: 'T4' },
    ]);
  });
});

describe('the openb reader refuses, with file, line, column, value and what is allowed,', () => {
  const refuses = (read: () => unknown, expected: readonly string[]) => assert.deepEqual(problemsOf(read), expected);

  it('an unknown column and a missing one', () =>
    refuses(
      () => nodes('sn,cpu,memory_mib,gpu,model\nn,1,2,0,\n'),
      [
        "nodes.csv:1:1: column 'cpu_milli' is missing (got sn, cpu, memory_mib, gpu, model; allowed sn, cpu_milli, memory_mib, gpu, model)",
        "nodes.csv:1:4: unknown column (got 'cpu'; allowed sn, cpu_milli, memory_mib, gpu, model)",
      ],
    ));

  it('a column that is there twice', () =>
    refuses(
      () => nodes('sn,sn,cpu_milli,memory_mib,gpu,model\nn,n,1,2,0,\n'),
      ["nodes.csv:1:4: column 'sn' is there twice (allowed each column once)"],
    ));

  it('a creation time without a deletion time', () =>
    refuses(
      () => pods('name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time\np,1,2,0,0,5\n'),
      [
        "pods.csv:1:1: column 'deletion_time' is missing (got name, cpu_milli, memory_mib, num_gpu, gpu_milli, creation_time; allowed name, cpu_milli, memory_mib, num_gpu, gpu_milli, gpu_spec, qos, pod_phase, creation_time, deletion_time, scheduled_time)",
      ],
    ));

  it('negative numbers, fractions and what is no number', () =>
    refuses(
      () => nodes(`${nodeHeader}\nn-0,-1,2.5,0,\nn-1,1,x,,T4\n`),
      [
        "nodes.csv:2:5: cpu_milli: a negative number (got '-1'; allowed 0 to 9007199254740991)",
        "nodes.csv:2:8: memory_mib: not a whole number (got '2.5'; allowed 0 to 9007199254740991)",
        "nodes.csv:3:7: memory_mib: not a whole number (got 'x'; allowed 0 to 9007199254740991)",
        "nodes.csv:3:9: gpu: not a whole number (got ''; allowed 0 to 9007199254740991)",
      ],
    ));

  it('a name that comes twice, with the line of the first', () =>
    refuses(
      () => nodes(`${nodeHeader}\nn,1,2,0,\n\nn,1,2,0,\n`),
      ["nodes.csv:4:1: sn: the name is already on line 2 (got 'n'; allowed each name once)"],
    ));

  it('names that Kubernetes does not allow', () =>
    refuses(
      () => nodes(`${nodeHeader}\nNode_1,1,2,0,\n`),
      [
        "nodes.csv:2:1: sn: not a name (got 'Node_1'; allowed lower case letters, digits, - and . between letters or digits)",
      ],
    ));

  it('rows that are too short or too long', () =>
    refuses(
      () => nodes(`${nodeHeader}\nn-0,1,2\nn-1,1,2,0,,9\n`),
      [
        'nodes.csv:2:7: wrong number of values (got 3; allowed 5, one for each column of the header)',
        'nodes.csv:3:12: wrong number of values (got 6; allowed 5, one for each column of the header)',
      ],
    ));

  it('no rows, and no header', () => {
    refuses(() => nodes(`${nodeHeader}\n`), ['nodes.csv:2:1: no rows (allowed one row or more after the header)']);
    refuses(
      () => nodes(''),
      ['nodes.csv:1:1: no header (allowed a first line with the columns sn, cpu_milli, memory_mib, gpu, model)'],
    );
  });

  it('a quote that does not end', () =>
    assert.match(problemsOf(() => nodes(`${nodeHeader}\nn,"1,2,0,\n`)).join(), /^nodes\.csv:2:1: Quote Not Closed/));

  it('GPUs without a model', () =>
    refuses(
      () => nodes(`${nodeHeader}\nn,1,2,4,\n`),
      ["nodes.csv:2:9: model: a node with GPUs needs their model (got ''; allowed a name such as T4)"],
    ));

  it('shares that no GPU has', () =>
    refuses(
      () => pods(`${podHeader}\na,1,2,1,0,,,,1,2,\nb,1,2,1,1001,,,,1,2,\nc,1,2,2,500,,,,1,2,\nd,1,2,0,7,,,,1,2,\n`),
      [
        "pods.csv:2:9: gpu_milli: not a share of one GPU (got '0'; allowed 1 to 1000)",
        "pods.csv:3:9: gpu_milli: not a share of one GPU (got '1001'; allowed 1 to 1000)",
        "pods.csv:4:9: gpu_milli: several GPUs are only given out whole (got '500'; allowed 1000)",
        "pods.csv:5:9: gpu_milli: a pod without GPUs cannot have a share of one (got '7'; allowed 0)",
      ],
    ));

  it('times that run backwards', () =>
    refuses(
      () => pods(`${podHeader}\na,1,2,0,0,,,,9,5,\nb,1,2,0,0,,,,1,5,6\n`),
      [
        "pods.csv:2:16: deletion_time: deleted before it was created (got '5'; allowed 9 or more)",
        "pods.csv:3:18: scheduled_time: scheduled while it was not there (got '6'; allowed 1 to 5, or nothing)",
      ],
    ));
});
