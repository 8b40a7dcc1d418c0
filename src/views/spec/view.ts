// What every view is: a figure, the sentence that says the same, and the table that says the same.

import type { Figure } from './figure';
import type { Table } from './table';

export interface View {
  readonly figure: Figure;
  readonly sentence: string;
  readonly table: Table;
}
