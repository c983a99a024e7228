/** Where the window is, kept in the address of the page so that going back, copying and restoring work. */
import { useSyncExternalStore } from 'react';
import { formatAddress, parseAddress, startPlace, type PageName, type Place } from './address.ts';

let current: Place = startPlace;
/** The address of `current`, which the page's own may follow a moment later. */
let address = '';
const listeners = new Set<() => void>();

/** How long the address of a typed letter waits: writing it costs a message to the browser, which rows need not wait for. */
const writeAfter = 150;
let writing: ReturnType<typeof setTimeout> | null = null;

function stopWriting(): void {
  if (writing !== null) clearTimeout(writing);
  writing = null;
}

function write(): void {
  stopWriting();
  if (address !== window.location.hash) window.history.replaceState(null, '', address);
}

function take(wanted: string): void {
  address = wanted;
  current = parseAddress(wanted);
  for (const listener of listeners) listener();
}

/** The browser went somewhere by itself: an address that still waits belongs to the page that was left. */
function update(): void {
  stopWriting();
  take(window.location.hash);
}

/** To be called once, before the first drawing. */
export function startPlaces(): void {
  address = window.location.hash;
  current = parseAddress(address);
  window.addEventListener('hashchange', update);
  window.addEventListener('pagehide', write);
  window.addEventListener('popstate', update);
}

/** Replacing keeps a filter from filling the history; while somebody is typing, the address may follow a moment later. */
export function goTo(place: Place, how: 'push' | 'replace' | 'typing' = 'push'): void {
  const wanted = formatAddress(place);
  if (wanted === address) return;
  if (how === 'typing') writing ??= setTimeout(write, writeAfter);
  else if (how === 'push') {
    if (writing !== null) write();
    window.history.pushState(null, '', wanted);
  }
  take(wanted);
  if (how === 'replace') write();
}

export const goToAddress = (address: string): void => goTo(parseAddress(address));

export const hasAddress = (): boolean => address.length > 2;

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
