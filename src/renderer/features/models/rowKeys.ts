/** Arrow keys in a table: they move between the first buttons of its rows, where Enter opens. */
import type { KeyboardEvent } from 'react';

const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_index, count) => count - 1,
};

export function rowKeys(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (step === undefined || target === null || target.tagName === 'INPUT') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody tr')].filter((row) => row.querySelector('button') !== null);
  const present = target.closest('tr');
  const index = rows.findIndex((row) => row === present);
  if (index < 0) return;
  event.preventDefault();
  rows[step(index, rows.length)]?.querySelector<HTMLElement>('button')?.focus();
}
