/** `-m comment` (xt_comment.h). */
import { checkOneLine } from '../names.ts';
import type { CommentMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** XT_MAX_COMMENT_LEN, the final zero byte included. */
const capacity = 256;

/** iptables quotes whatever is not one plain word and puts a backslash before quotes and backslashes. */
function quote(text: string): string {
  checkOneLine('comment', text);
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/["'\\]/g, '\\$&')}"`;
}

export const commentMatch = defineExtension<CommentMatch>({
  name: 'comment',
  revision: 0,
  structBytes: capacity,
  encode: (out, at, { text }) => out.text(at, text, capacity, 'comment'),
  decode(payload, at) {
    const text = payload.text(at, capacity);
    return text === undefined ? undefined : { match: 'comment', text };
  },
  save: ({ text }) => ` --comment ${quote(text)}`,
});
