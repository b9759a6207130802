// Breadth-first search over all states of one configuration. The first violation found is therefore a shortest one,
// and its trace is rebuilt from the chain of parents by asking once more which step led from each to the next.

import type { ModelConfig } from './config.ts';
import { initial } from './initial.ts';
import { broken, HARM } from './invariants.ts';
import { Layout } from './layout.ts';
import { Moves } from './moves.ts';
import { State } from './state.ts';
import type { StepName } from './step-names.ts';
import { successors } from './steps.ts';
import { StateStore } from './store.ts';

export interface TraceStep {
  step: StepName;
  first: number;
  second: number;
  /** The state it led to. */
  state: State;
}

export interface Violation {
  invariant: string;
  trace: TraceStep[];
}

export interface SearchResult {
  config: ModelConfig;
  states: number;
  /** Steps from the beginning to the state farthest away. */
  depth: number;
  /** False when the limit of states ended the search early. */
  exhausted: boolean;
  violation?: Violation;
  bytes: number;
}

export interface SearchOptions {
  /** Stop, and say so, at this many states. */
  maxStates?: number;
  /** Told about every 65,536 states. */
  progress?: (states: number, depth: number, waiting: number) => void;
  /** Shown each new state once (coverage). */
  visit?: (state: State) => void;
  /** Shown each step taken, from every state (coverage). */
  taken?: (step: StepName) => void;
}

class Search {
  readonly #config: ModelConfig;
  readonly #options: SearchOptions;
  readonly #layout: Layout;
  readonly #store: StateStore;
  /** The state being left, packed, and the one under the pen. */
  readonly #here: Uint32Array;
  readonly #packed: Uint32Array;
  readonly #moves: Moves;
  #from = 0;
  #found: { invariant: string; parent: number; state: State } | undefined;

  constructor(config: ModelConfig, options: SearchOptions) {
    this.#config = config;
    this.#options = options;
    this.#layout = new Layout(config);
    this.#store = new StateStore(this.#layout.words);
    this.#here = new Uint32Array(this.#layout.words);
    this.#packed = new Uint32Array(this.#layout.words);
    this.#moves = new Moves(config, (state, step, _first, _second, fault) => {
      this.#see(state, fault);
      options.taken?.(step);
    });
  }

  #see(state: State, fault: string): void {
    if (this.#found) return;
    this.#layout.packChange(this.#moves.now, this.#here, state, this.#packed);
    const isNew = this.#store.add(this.#packed, this.#from) >= 0;
    if (!isNew && fault === '') return;
    const invariant = this.#counts(fault) ? fault : broken(state, this.#moves);
    if (isNew) this.#options.visit?.(state);
    if (!this.#counts(invariant)) return;
    const copy = new State();
    copy.copy(state);
    this.#found = { invariant, parent: this.#from, state: copy };
  }

  /** With a weakened rule only the harm counts: that the rule itself is broken is no news. */
  #counts(invariant: string): boolean {
    return invariant !== '' && (this.#config.weak === undefined || HARM.includes(invariant));
  }

  run(): SearchResult {
    const { maxStates = 2 ** 31, progress } = this.#options;
    const now = this.#moves.now;
    now.copy(initial(this.#config));
    this.#layout.pack(now, this.#here);
    this.#see(now, '');
    let depth = 0;
    let levelEnd = this.#store.count;
    let head = 0;
    for (; head < this.#store.count && !this.#found && this.#store.count < maxStates; head++) {
      if (head === levelEnd) {
        depth += 1;
        levelEnd = this.#store.count;
      }
      if (progress && (head & 0xffff) === 0xffff)
        progress(this.#store.count, depth, this.#store.count - head);
      this.#from = head;
      this.#store.read(head, this.#here);
      this.#layout.unpack(this.#here, now);
      successors(this.#moves);
    }
    const found = this.#found;
    return {
      config: this.#config,
      states: this.#store.count,
      depth: found ? depth + 1 : depth,
      exhausted: !found && head === this.#store.count,
      violation: found && { invariant: found.invariant, trace: this.#trace(found.parent, found.state) },
      bytes: this.#store.bytes,
    };
  }

  #trace(parent: number, last: State): TraceStep[] {
    const chain: State[] = [last];
    for (let number = parent; ; number = this.#store.parent(number)) {
      const state = new State();
      this.#store.read(number, this.#packed);
      this.#layout.unpack(this.#packed, state);
      chain.unshift(state);
      if (number === 0) break;
    }
    return chain.slice(1).map((state, index) => this.#stepBetween(chain[index] ?? state, state));
  }

  #stepBetween(before: State, after: State): TraceStep {
    const wanted = new Uint32Array(this.#layout.words);
    this.#layout.pack(after, wanted);
    const here = new Uint32Array(this.#layout.words);
    let answer: TraceStep | undefined;
    let answerBroke = '';
    const moves = new Moves(this.#config, (state, step, first, second, fault) => {
      this.#layout.pack(state, here);
      if (!here.every((word, k) => word === wanted[k])) return;
      if (answer && (answerBroke !== '' || fault === '')) return;
      answer = { step, first, second, state: after };
      answerBroke = fault;
    });
    moves.now.copy(before);
    successors(moves);
    if (!answer) throw new Error('a state in the chain does not follow from the one before it');
    return answer;
  }
}

/** Explores everything the configuration allows, until a violation or the limit. */
export function search(config: ModelConfig, options: SearchOptions = {}): SearchResult {
  return new Search(config, options).run();
}
