/** Fisher and Yates. */
import type { Random } from '../stats/random.ts';

/** The same items in another order, all orders equally likely. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let place = order.length - 1; place > 0; place -= 1) {
    const other = Math.floor(random.next() * (place + 1));
    [order[place], order[other]] = [order[other] as Item, order[place] as Item];
  }
  return order;
}
