/** Tables as every text format shows them: cells already worded, with one unit for each column or group. */

export type CellView =
  | {
      readonly kind: 'figure';
      readonly value: string;
      /** `5.98–6.05`, in the unit of the value; `one slice` when that is all there is. */
      readonly interval: string;
      readonly n: number;
      /** The interval does not reach 95 %: too few slices. */
      readonly weak: boolean;
      /** `×1.21`: how many times the direct path's. */
      readonly overDirect?: string;
      /** Share of the largest value in the same column and group, for a bar behind the number. */
      readonly bar: number;
    }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'empty'; readonly reason: string };

export interface RowView {
  readonly label: string;
  /** Arm id, for its colour; absent for rows that are not an arm. */
  readonly arm?: string;
  readonly cells: readonly CellView[];
}

export interface GroupView {
  /** Absent when the table is one group. */
  readonly label?: string;
  readonly rows: readonly RowView[];
}

export interface TableView {
  readonly id: string;
  readonly caption: string;
  /** Head of the column of row labels. */
  readonly rowHead: string;
  readonly columns: readonly string[];
  readonly groups: readonly GroupView[];
  /** What holds for all figures: their number of slices, and what marks mean. */
  readonly note: string;
}
