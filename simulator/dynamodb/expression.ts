// Condition and key condition expressions: a small honest part of DynamoDB's language (page "Condition and filter
// expressions"). What is not here is refused with ValidationException, never guessed. Unused or undefined values are
// refused too, as DynamoDB does.

import type { AttributeValue } from './attribute.ts';
import type { Comparator, Condition, Operand } from './condition.ts';
import { refuse } from './refuse.ts';

export interface ExpressionInput {
  expression: string;
  names?: Record<string, string> | undefined;
  values?: Record<string, AttributeValue> | undefined;
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[A-Za-z_#:][\w#:-]*)\s*/y;
const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

export function parseCondition(input: ExpressionInput): Condition {
  const parser = new Parser(input);
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #input: ExpressionInput;
  readonly #used = new Set<string>();
  #next = 0;

  constructor(input: ExpressionInput) {
    this.#input = input;
    this.#tokens = tokens(input.expression);
  }

  parse(): Condition {
    const condition = this.#or();
    if (this.#next < this.#tokens.length) throw this.#syntax(`unexpected "${this.#tokens[this.#next]}"`);
    for (const given of [...Object.keys(this.#input.names ?? {}), ...Object.keys(this.#input.values ?? {})]) {
      if (!this.#used.has(given)) {
        throw refuse('ValidationException', `Value provided in the expression's attributes unused: ${given}`);
      }
    }
    return condition;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#takeWord('OR')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#takeWord('AND')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    return this.#takeWord('NOT') ? { kind: 'not', condition: this.#not() } : this.#primary();
  }

  #primary(): Condition {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    if (this.#tokens[this.#next + 1] === '(') return this.#call();
    const left = this.#operand();
    if (this.#takeWord('BETWEEN')) {
      const low = this.#operand();
      if (!this.#takeWord('AND')) throw this.#syntax('BETWEEN without AND');
      return { kind: 'between', operand: left, low, high: this.#operand() };
    }
    const by = this.#tokens[this.#next];
    if (!isComparator(by)) throw this.#syntax(`no comparison at "${by}"`);
    this.#next += 1;
    return { kind: 'compare', left, by, right: this.#operand() };
  }

  #call(): Condition {
    const name = this.#tokens[this.#next];
    this.#next += 2;
    const first = this.#operand();
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      this.#expect(')');
      if (first.kind !== 'path') throw this.#syntax(`${name} needs an attribute`);
      return { kind: 'exists', name: first.name, negated: name === 'attribute_not_exists' };
    }
    if (name !== 'begins_with') throw this.#syntax(`the function ${name} is not simulated`);
    this.#expect(',');
    const prefix = this.#operand();
    this.#expect(')');
    return { kind: 'begins-with', operand: first, prefix };
  }

  #operand(): Operand {
    const token = this.#tokens[this.#next];
    if (token === undefined || !/^[A-Za-z_#:]/.test(token)) throw this.#syntax(`no operand at "${token}"`);
    this.#next += 1;
    if (!token.startsWith(':') && !token.startsWith('#')) return { kind: 'path', name: token };
    this.#used.add(token);
    if (token.startsWith('#')) {
      const name = this.#input.names?.[token];
      if (name === undefined) throw this.#syntax(`attribute name ${token} is not defined`);
      return { kind: 'path', name };
    }
    const value = this.#input.values?.[token];
    if (value === undefined) throw this.#syntax(`attribute value ${token} is not defined`);
    return { kind: 'value', value };
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    if (this.#tokens[this.#next]?.toUpperCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#syntax(`expected "${token}"`);
  }

  #syntax(problem: string): Error {
    return refuse('ValidationException', `Invalid expression "${this.#input.expression}": ${problem}`);
  }
}

function isComparator(token: string | undefined): token is Comparator {
  return token !== undefined && COMPARATORS.includes(token);
}

/** The product has a handful of expressions, each in its code. */
const known = new Map<string, readonly string[]>();

function tokens(expression: string): readonly string[] {
  const before = known.get(expression);
  if (before) return before;
  const found = cut(expression);
  if (known.size < 1000) known.set(expression, found);
  return found;
}

function cut(expression: string): string[] {
  const found: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < expression.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (!match?.[1]) {
      throw refuse('ValidationException', `Invalid expression "${expression}" at character ${start}`);
    }
    found.push(match[1]);
  }
  return found;
}
