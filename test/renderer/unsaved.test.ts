import { expect, it } from 'vitest';
import type { Snapshot } from '#contract';
import { addUnsaved, settleUnsaved, takeUnsaved, withUnsaved } from '../../src/renderer/state/unsaved.ts';

const told = (theme: 'system' | 'dark' | 'light'): Snapshot => ({ preferences: { theme, density: 'comfortable' } }) as Snapshot;

it('sends only what was set, and lets an older answer take nothing back', () => {
  expect(takeUnsaved()).toBeNull();
  addUnsaved({ theme: 'dark' });
  expect(takeUnsaved()).toEqual({ theme: 'dark' });
  addUnsaved({ theme: 'light' });
  expect(withUnsaved(told('dark')).preferences.theme).toBe('light');
  settleUnsaved(true);
  expect(withUnsaved(told('dark')).preferences.theme).toBe('light');
  expect(takeUnsaved()).toEqual({ theme: 'light' });
  settleUnsaved(true);
  const after = told('light');
  expect(withUnsaved(after)).toBe(after);
});

it('sends what could not be saved along with the next change', () => {
  addUnsaved({ density: 'compact' });
  takeUnsaved();
  settleUnsaved(false);
  addUnsaved({ theme: 'dark' });
  expect(takeUnsaved()).toEqual({ density: 'compact', theme: 'dark' });
  settleUnsaved(true);
});
