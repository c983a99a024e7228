/** Where the window is, kept in the address of the page so that going back, copying and restoring work. */
import { useSyncExternalStore } from 'react';
import { formatAddress, parseAddress, startPlace, type PageName, type Place } from './address.ts';

let current: Place = startPlace;
const listeners = new Set<() => void>();

function update(): void {
  current = parseAddress(window.location.hash);
  for (const listener of listeners) listener();
}

/** To be called once, before the first drawing. */
export function startPlaces(): void {
  current = parseAddress(window.location.hash);
  window.addEventListener('hashchange', update);
  window.addEventListener('popstate', update);
}

/** Replacing keeps typing in a filter from filling the history. */
export function goTo(place: Place, how: 'push' | 'replace' = 'push'): void {
  const address = formatAddress(place);
  if (address === window.location.hash) return;
  if (how === 'replace') window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  update();
}

export const goToAddress = (address: string): void => goTo(parseAddress(address));

export const hasAddress = (): boolean => window.location.hash.length > 2;

/** Tells of every change of place; gives back how to stop. */
export const onPlace = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function usePlace(): Place {
  return useSyncExternalStore(onPlace, () => current);
}

/** The page alone, for what does not care about filters: it is not drawn again with every letter of a filter. */
export function usePageName(): PageName {
  return useSyncExternalStore(onPlace, () => current.page);
}

export const getPlace = (): Place => current;

/** The whole address of a place, to be copied into a message or a ticket. */
export function fullAddress(place: Place): string {
  return `${window.location.href.split('#')[0] ?? ''}${formatAddress(place)}`;
}
