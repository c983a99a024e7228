/** Keys that work everywhere. Typing in a field is never mistaken for a shortcut, except for Ctrl+K. */
import { useEffect } from 'react';
import { goTo } from '../../state/place.ts';
import { setOverlay, useStore } from '../../state/store.ts';
import { filterFieldId } from '../../ui/ids.ts';
import { pages } from './pages.tsx';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

function focusFilter(): boolean {
  const field = document.querySelector<HTMLInputElement>(`#${filterFieldId}`);
  field?.focus();
  field?.select();
  return field !== null;
}

function onKey(event: KeyboardEvent): void {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    setOverlay(useStore.getState().overlay === 'palette' ? null : 'palette');
    return;
  }
  const dialogOpen = document.querySelector('[role="dialog"]') !== null;
  if (control || dialogOpen || isTyping(event.target)) return;
  if (event.altKey) {
    const page = pages[Number(event.key) - 1];
    if (page === undefined) return;
    event.preventDefault();
    goTo(page.start);
  } else if (event.key === '/') {
    if (focusFilter()) event.preventDefault();
  } else if (event.key === '?') {
    event.preventDefault();
    setOverlay('shortcuts');
  }
}

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
