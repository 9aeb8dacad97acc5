/** `-m comment` (xt_comment.h). */
import type { CommentMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** XT_MAX_COMMENT_LEN, the final zero byte included. */
const capacity = 256;

/** iptables quotes whatever is not one plain word and puts a backslash before quotes and backslashes. */
function quote(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/["'\\]/g, '\\$&')}"`;
}

export const commentMatch = defineExtension<CommentMatch>({
  name: 'comment',
  revision: 0,
  structBytes: capacity,
  encode: (out, at, { text }) => out.text(at, text, capacity, 'comment'),
  decode(payload, at) {
    const text = payload.text(at, capacity);
    // A control character would end or garble the line of a saved table.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return text === undefined || /[\x00-\x1f\x7f]/.test(text) ? undefined : { match: 'comment', text };
  },
  save: ({ text }) => ` --comment ${quote(text)}`,
});
