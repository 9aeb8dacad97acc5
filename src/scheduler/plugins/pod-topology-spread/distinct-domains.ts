/** How many different values of a label a block of nodes has, without a set for each time that it is asked. */
import { noDomain, type TopologyColumn } from '../../cluster/topology-column.ts';
import type { NodeBlock } from '../../framework/node-block.ts';

export class DistinctDomains {
  /** By domain: the number of the last question in which it was seen. */
  #seen = new Int32Array(64);
  #question = 0;

  /** Nodes without the label count as if they had an empty value, as in kube-scheduler. */
  count(column: TopologyColumn, { slots, count }: NodeBlock, ignored: ReadonlySet<number> | undefined): number {
    if (column.domainCount > this.#seen.length) this.#seen = new Int32Array(2 * column.domainCount);
    this.#question += 1;
    const { domains } = column;
    let distinct = 0;
    let isMissingSeen = false;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (ignored?.has(slot)) continue;
      const domain = domains[slot] as number;
      if (domain === noDomain) isMissingSeen = true;
      else if (this.#seen[domain] !== this.#question) {
        this.#seen[domain] = this.#question;
        distinct += 1;
      }
    }
    const isEmptySeen = this.#seen[column.domainOf('')] === this.#question;
    return isMissingSeen && !isEmptySeen ? distinct + 1 : distinct;
  }
}
