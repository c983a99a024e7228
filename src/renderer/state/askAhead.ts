/**
 * A question that is asked before the part of the window that shows its answer has been drawn, so that host and drawing
 * work at the same time. One per operation: a newer question stops the older one, and one that nobody takes is dropped.
 */
import type { ConsoleTransport, OperationInput, OperationName, OperationOutput, Result } from '#contract';
import { useStore } from './store.ts';

interface Asked {
  readonly question: string;
  readonly controller: AbortController;
  readonly answer: Promise<Result<unknown>>;
  readonly revision: number | null;
}

export interface Taken<N extends OperationName> {
  readonly controller: AbortController;
  readonly answer: Promise<Result<OperationOutput<N>>>;
  /** Something has changed since it was asked; the answer may be from before the change. */
  readonly overtaken: boolean;
}

/** An answer that waits for longer than this tells of the past. */
const keepFor = 2000;
const asked = new Map<OperationName, Asked>();
const presentRevision = (): number | null => useStore.getState().model?.revision ?? null;

export function askAhead<N extends OperationName>(transport: ConsoleTransport, name: N, input: OperationInput<N>): void {
  const question = JSON.stringify(input);
  const before = asked.get(name);
  if (before?.question === question) return;
  before?.controller.abort();
  const controller = new AbortController();
  const entry: Asked = { question, controller, answer: transport.call(name, input, { signal: controller.signal }), revision: presentRevision() };
  asked.set(name, entry);
  setTimeout(() => {
    if (asked.get(name) === entry) asked.delete(name);
  }, keepFor);
}

/** The open question of equal input, which from now on belongs to the caller. */
export function takeAhead<N extends OperationName>(name: N, input: OperationInput<N>): Taken<N> | null {
  const found = asked.get(name);
  if (found?.question !== JSON.stringify(input)) return null;
  asked.delete(name);
  // The host has checked the output against the same table that this type comes from.
  return { controller: found.controller, answer: found.answer as Taken<N>['answer'], overtaken: found.revision !== presentRevision() };
}
