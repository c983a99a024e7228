/** An answer that stays JSON text on its way through the console: what prints it is the engine, what reads it the caller. */
import type { OperationName } from '#contract';

/**
 * Pieces of one JSON text, to be put together without anything between them: text where the engine works in the
 * caller's thread, else UTF-8. It stands in the place of the value of a result. Its form is the engine's promise and
 * is not checked again: it says the same as the value, which the tests of the engine hold.
 */
export class PrintedAnswer<P extends string | Uint8Array = string | Uint8Array> implements Iterable<P> {
  readonly #pieces: Iterable<P>;

  constructor(pieces: Iterable<P>) {
    this.#pieces = pieces;
  }

  [Symbol.iterator](): Iterator<P> {
    return this.#pieces[Symbol.iterator]();
  }
}

/** Operations whose answers can be so large that it is worth it. */
const large: ReadonlySet<OperationName> = new Set<OperationName>(['reports.overview']);
/** Operations whose answers carry numbers of other programs, which keep their own digits in text: for the command line. */
const exact: ReadonlySet<OperationName> = new Set<OperationName>(['models.champion', 'models.promotion', 'models.snapshot']);

export const canBePrinted = (name: OperationName, door: 'window' | 'cli'): boolean => large.has(name) || (door === 'cli' && exact.has(name));
