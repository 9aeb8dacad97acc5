import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatRule } from '../../../native/iptables/index.ts';
import { createIptablesPlanner, type IptablesState } from '../../../src/proxy/iptables/plan.ts';
import { restoreText } from '../../../src/proxy/iptables/restore-text.ts';
import { histories } from '../arbitrary-services.ts';
import { oneOfEach } from '../sample-services.ts';

/** Chains by `table chain`, each with its rules as text. */
type Model = Map<string, string[]>;

const builtins = [
  'filter INPUT',
  'filter FORWARD',
  'filter OUTPUT',
  'nat PREROUTING',
  'nat INPUT',
  'nat OUTPUT',
  'nat POSTROUTING',
];

/** What `iptables-restore --noflush` does, as strictly: a jump needs its chain, and a chain to delete must be empty. */
function restore(model: Model, text: string): void {
  let table = '';
  for (const line of text.trimEnd().split('\n')) {
    const [first = '', second = '', ...rest] = line.split(' ');
    const words = rest.join(' ');
    if (first.startsWith('*')) table = first.slice(1);
    else if (first.startsWith(':')) model.set(`${table} ${first.slice(1)}`, []);
    else if (first === '-A' || first === '-I') {
      const rules = model.get(`${table} ${second}`);
      assert.ok(rules, `no chain for ${line}`);
      const target = /-[jg] (KUBE-\S+)/.exec(line)?.[1];
      assert.ok(target === undefined || model.has(`${table} ${target}`), `no target for ${line}`);
      if (first === '-A') rules.push(words);
      else rules.unshift(words);
    } else if (first === '-X') {
      assert.deepEqual(model.get(`${table} ${second}`), [], line);
      model.delete(`${table} ${second}`);
    } else assert.equal(line, 'COMMIT');
  }
  for (const [chain, rules] of model) {
    for (const rule of rules) {
      const target = /-[jg] (KUBE-\S+)/.exec(rule)?.[1];
      assert.ok(target === undefined || model.has(`${chain.split(' ')[0]} ${target}`), `${chain} leads to ${target}`);
    }
  }
}

const emptyModel = (): Model => new Map(builtins.map((chain) => [chain, []]));

const wanted = ({ filter, nat }: IptablesState): Model =>
  new Map(
    [filter, nat].flatMap((table) =>
      table.chains.map((chain): [string, string[]] => [
        `${table.name} ${chain.name}`,
        chain.rules.map((rule) => formatRule(rule).trimStart()),
      ]),
    ),
  );

describe('the text for iptables-restore --noflush', () => {
  it('leads from any state to the wanted one', () => {
    fc.assert(
      fc.property(histories, (lists) => {
        const plan = createIptablesPlanner();
        const model = emptyModel();
        let previous: IptablesState | undefined;
        for (const list of lists) {
          const state = plan(list);
          restore(model, restoreText(previous, state).text);
          assert.deepEqual(Object.fromEntries(model), Object.fromEntries(wanted(state)));
          previous = state;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('leaves rules of others in the built-in chains, behind ours', () => {
    const model = emptyModel();
    model.get('filter FORWARD')?.push('-s 192.0.2.1/32 -j DROP');
    const plan = createIptablesPlanner();
    restore(model, restoreText(undefined, plan(oneOfEach)).text);
    restore(model, restoreText(plan(oneOfEach), plan([])).text);
    assert.equal(model.get('filter FORWARD')?.at(-1), '-s 192.0.2.1/32 -j DROP');
    assert.equal(model.get('filter FORWARD')?.length, 5);
  });

  it('mentions, beside the top-level chains, only the chains of the Service that changed', () => {
    const plan = createIptablesPlanner();
    const { text } = restoreText(plan(oneOfEach.slice(1)), plan(oneOfEach));
    const perService = text.match(/^:KUBE-S(VC|EP)-\S+/gm);
    assert.deepEqual(perService, [':KUBE-SVC-XPGD46QRK7WJZT7O', ':KUBE-SEP-HKSHDXS5DJ2Y5F7K']);
  });
});
