import { nodeYaml, podYaml, refuses, withFiles } from '../support/scheduler-verb.ts';

const all = nodeYaml('n1') + podYaml('p');

const manifests: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'a negative quantity',
    podYaml('p', '-1'),
    /^\S+m\.yaml:5:\d+: spec\.containers\[0\]\.resources\.requests\.cpu: is not a quantity \(got "-1"; allowed .*not negative/,
  ],
  [
    'a quantity that cannot be read',
    podYaml('p', '1x'),
    /m\.yaml:5:\d+: .*requests\.cpu: is not a quantity \(got "1x"; allowed /,
  ],
  [
    'a node that is there twice',
    nodeYaml('n1') + nodeYaml('n1'),
    /m\.yaml:9:\d+: metadata\.name: Node n1 is already defined at \S+m\.yaml:4; rename one of them, or leave it out$/,
  ],
  [
    'a PriorityClass that is not there',
    podYaml('p', '1', 'priorityClassName: gone'),
    /m\.yaml:5:\d+: spec\.priorityClassName: is no PriorityClass, wanted by pod default\/p \(got "gone"; allowed /,
  ],
  ['an empty file', '', /^\S+m\.yaml: no Kubernetes object found; each document needs apiVersion, kind and metadata$/],
  ['a file that is no YAML', 'a: [', /^\S+m\.yaml:1:\d+: Flow sequence /],
  ['a file that is no manifest', 'hello', /^\S+m\.yaml:1:1: kind: is required \(allowed Kubernetes objects only/],
  ['bytes that mean nothing', '\0\u0001\u0002', /^\S+m\.yaml:1:1: /],
];

const flags: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
  ['a pod that is not there', ['run', '--fit', 'gone'], /^no pod is called 'default\/gone' \(allowed: default\/p\)$/],
  ['a node that is not there', ['run', '--more-of', 'gone'], /^no node is called 'gone' \(allowed: n1\)$/],
  ['a limit of 0', ['run', '--limit', '0'], /^--limit '0' is out of range; allowed: a whole number, 1 to 1000000$/],
  [
    'a seed that is no number',
    ['run', '--seed', 'x'],
    /^--seed 'x' is out of range; allowed: a whole number, 0 or more$/,
  ],
  [
    'another version of Kubernetes',
    ['run', '--compat', '1.30'],
    /^unknown version of Kubernetes '1\.30'; allowed: 1\.34, 1\.36$/,
  ],
  [
    'another way of breaking ties',
    ['run', '--tie-break', 'never'],
    /^unknown way of breaking ties 'never'; allowed: seeded, first, reservoir$/,
  ],
  [
    'a gate without a value',
    ['run', '--gate', 'Foo'],
    /^--gate 'Foo' is not understood; allowed: NAME=true, NAME=false$/,
  ],
  [
    'a configuration that is not there',
    ['run', '--config', '/nowhere.yaml'],
    /^\/nowhere\.yaml: cannot be read: no such file; give /,
  ],
  ['a pod to explain that is not there', ['explain', '--pod', 'gone'], /^no pod is called 'default\/gone'/],
  [
    'a pod’s name of three parts',
    ['explain', '--pod', 'a/b/c'],
    /^pod 'a\/b\/c' is not understood; allowed: NAMESPACE\/NAME/,
  ],
  [
    'a what-if that is none',
    ['explain', '--pod', 'p', '--what-if', 'x'],
    /^--what-if 'x' is not understood; allowed: weight:/,
  ],
  [
    'a what-if about no node',
    ['explain', '--pod', 'p', '--what-if', 'label:gone:a=b'],
    /^no node is called 'gone' \(allowed: n1\)$/,
  ],
  [
    'a what-if with no quantity',
    ['explain', '--pod', 'p', '--what-if', 'request:cpu=1x'],
    /^--what-if 'request:cpu=1x': '1x' is not a quantity; allowed: /,
  ],
  [
    'a what-if with a negative quantity',
    ['explain', '--pod', 'p', '--what-if', 'request:cpu=-1'],
    /'-1' is not a quantity/,
  ],
  [
    'a what-if about no plugin',
    ['explain', '--pod', 'p', '--what-if', 'weight:Gone=2'],
    /no plugin is called 'Gone' \(allowed: SchedulingGates, /,
  ],
  [
    'a what-if about the weight of a plugin that does not score',
    ['explain', '--pod', 'p', '--what-if', 'weight:NodePorts=2'],
    /^--what-if 'weight:NodePorts=2': plugin 'NodePorts' does not score in the profile default-scheduler, so that its weight changes nothing \(allowed: TaintToleration, /,
  ],
  [
    'a what-if without weight',
    ['explain', '--pod', 'p', '--what-if', 'weight:ImageLocality=0'],
    /a weight of 0 is out of range; allowed: 1 to /,
  ],
  ['no seeds to compare with', ['compare', '--with', '/nowhere.yaml', '--seeds', '0'], /^--seeds '0' is out of range/],
  ['nothing to compare with', ['compare', '--with', '/nowhere.yaml'], /^\/nowhere\.yaml: cannot be read: no such file/],
];

describe('bad input of kubedyno scheduler', () => {
  for (const [what, text, message] of manifests) {
    it(`is ${what}`, () =>
      withFiles({ 'm.yaml': text }, (pathOf) => refuses(['run', '-f', pathOf('m.yaml')], message)));
  }

  for (const [what, [verb = '', ...args], message] of flags) {
    it(`is ${what}`, () =>
      withFiles({ 'm.yaml': all }, (pathOf) => refuses([verb, '-f', pathOf('m.yaml'), ...args], message)));
  }

  it('is standard input for two things', async () => {
    const message = /^only one of -f and --config can be -, standard input$/;
    await refuses(['run', '-f', '-', '--config', '-'], message);
    await refuses(['explain', '-f', '-', '--config', '-', '--pod', 'p'], message);
  });

  it('is a file that is not there, and a folder without manifests', async () => {
    await refuses(
      ['run', '-f', '/nowhere.yaml'],
      /^\/nowhere\.yaml: cannot be read: no such file; give a YAML or JSON file/,
    );
    await withFiles({ 'sub/readme.txt': '' }, (pathOf) =>
      refuses(['run', '-f', pathOf('sub')], /: no \.yaml, \.yml or \.json file in this folder; give /),
    );
  });
});
