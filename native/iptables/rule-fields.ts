/**
 * A rule's fields in an object that always has the same shape. Rules leave out what they do not say, so a table has
 * them in many shapes, and asking an object of many shapes for a property that it lacks takes V8 some 70 ns; ten such
 * questions a rule were half the time of encoding a large table.
 *
 * Whoever makes rules by the ten thousand should know that `{ ...part, more }` gives every single object a shape of
 * its own (Node 20), which doubles that time again; `{ more, ...part }` does not.
 */
import type { Rule } from './table.ts';

/** Every field of a rule; undefined where the rule leaves it out. */
export type AllFields<T> = { [Key in keyof T]-?: T[Key] | undefined };

/** The same, while it is being put together. */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const noMatches: Rule['matches'] = [];
const noTarget: Rule['target'] = { target: 'none' };

/** One object for many rules: `read` makes it forget the rule before. */
export class RuleFields implements AllFields<Rule> {
  source: Rule['source'] | undefined;
  destination: Rule['destination'] | undefined;
  protocol: Rule['protocol'] | undefined;
  inInterface: Rule['inInterface'] | undefined;
  outInterface: Rule['outInterface'] | undefined;
  fragments: Rule['fragments'] | undefined;
  invert: Rule['invert'] | undefined;
  matches: Rule['matches'] = noMatches;
  target: Rule['target'] = noTarget;
  counters: Rule['counters'] | undefined;

  read(rule: Omit<Rule, 'matches' | 'target'> & Partial<Rule>): this {
    this.source = undefined;
    this.destination = undefined;
    this.protocol = undefined;
    this.inInterface = undefined;
    this.outInterface = undefined;
    this.fragments = undefined;
    this.invert = undefined;
    this.matches = noMatches;
    this.target = noTarget;
    this.counters = undefined;
    for (const field in rule) this.#readField(rule, field as keyof Rule);
    return this;
  }

  #readField(rule: Omit<Rule, 'matches' | 'target'> & Partial<Rule>, field: keyof Rule): void {
    switch (field) {
      case 'source':
        this.source = rule.source;
        break;
      case 'destination':
        this.destination = rule.destination;
        break;
      case 'protocol':
        this.protocol = rule.protocol;
        break;
      case 'inInterface':
        this.inInterface = rule.inInterface;
        break;
      case 'outInterface':
        this.outInterface = rule.outInterface;
        break;
      case 'fragments':
        this.fragments = rule.fragments;
        break;
      case 'invert':
        this.invert = rule.invert;
        break;
      case 'matches':
        this.matches = rule.matches ?? noMatches;
        break;
      case 'target':
        this.target = rule.target ?? noTarget;
        break;
      case 'counters':
        this.counters = rule.counters;
        break;
    }
  }
}
