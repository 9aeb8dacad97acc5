/** Columns of text for a terminal. */

/** `align` has a letter for each column, `l` or `r`; lines have no trailing blanks. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      widths
        .map((width, column) => {
          const text = row[column] ?? '';
          return align[column] === 'r' ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
