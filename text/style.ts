// How text is dressed: colour on a terminal, plain otherwise; ASCII where the terminal is not UTF-8.

/** Names of node:util's styleText. */
export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

export interface Style {
  paint(colour: Colour, text: string): string;
  /** Block characters and arrows can be shown. */
  unicode: boolean;
}

export const PLAIN: Style = { paint: (_colour, text) => text, unicode: true };
export const WIDTH = 100;

/** By the locale's name; where none is set, terminals of today are UTF-8, except the Linux console and Windows'. */
export function speaksUnicode(env: Readonly<Record<string, string | undefined>>, platform: string): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  if (locale !== undefined) return /utf-?8/i.test(locale);
  return platform !== 'win32' && env.TERM !== 'linux';
}

const ASCII: Record<string, string> = {
  '→': '->',
  '–': '-',
  '—': '-',
  '─': '-',
  '…': '...',
  '·': '.',
  '“': '"',
  '”': '"',
  '’': "'",
  '●': '*',
  '▲': '!',
  '▸': '>',
  '›': '>',
  '✕': 'x',
  '■': '#',
  '█': '#',
  '░': '.',
  '×': 'x',
};
const PARTS = '▏▎▍▌▋▊▉';
const HEIGHTS = '▁▂▃▄▅▆▇';

/** The same line for a terminal that knows only ASCII; tables keep their columns, except for arrows and ellipses. */
export function dressed(line: string, style: Style): string {
  if (style.unicode) return line;
  let text = '';
  for (const char of line) {
    if (char <= '\u007f') text += char;
    else if (ASCII[char] !== undefined) text += ASCII[char];
    else if (PARTS.includes(char)) text += '+';
    else if (HEIGHTS.includes(char)) text += `${HEIGHTS.indexOf(char) + 1}`;
    else text += '?';
  }
  return text;
}

/** A bar of whole cells and eighths, left to right: `length` in cells. */
export function bar(length: number): string {
  const eighths = Math.round(length * 8);
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest > 0 ? (PARTS[rest - 1] ?? '') : '');
}

/** One character for a share from 0 to 1; only the whole of it is a full block. */
export function level(share: number): string {
  if (share >= 1) return '█';
  return HEIGHTS[Math.max(0, Math.min(6, Math.floor(share * 8) - 1))] ?? '▁';
}

/** Words in lines of at most `width` characters; a longer word has a line to itself. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
