// Columns without borders: they can be read, piped and cut. Colour is put on after the padding, so it costs no width.

import type { Colour, Style } from './style.ts';

export type Cell = string | { text: string; colour: Colour };

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** Empty columns are left out. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], style: Style): string[] {
  const used = head.map((_, column) => rows.some((row) => textOf(row[column] ?? '') !== ''));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column] ?? '').length)),
  );
  const line = (cells: readonly Cell[], paint: (cell: Cell, text: string) => string): string =>
    cells
      .map((cell, column) => ({ cell, column }))
      .filter(({ column }) => used[column])
      .map(({ cell, column }) => paint(cell, textOf(cell).padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    line(head, (_, text) => style.paint('dim', text)),
    ...rows.map((row) =>
      line(row, (cell, text) => (typeof cell === 'string' ? text : style.paint(cell.colour, text))),
    ),
  ];
}

/** `name   value` lines; those without a value are left out. */
export function facts(
  pairs: readonly (readonly [name: string, value: Cell | undefined])[],
  style: Style,
): string[] {
  const shown = pairs.filter(([, value]) => value !== undefined && textOf(value) !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value = '']) => {
    const text = typeof value === 'string' ? value : style.paint(value.colour, value.text);
    return `  ${style.paint('dim', name.padEnd(width))}  ${text}`;
  });
}
