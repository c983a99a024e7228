/** Draws the window: ask the host first, so that its answers travel while the interface is being built. */
import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { askForRows } from './features/reports/useReports.ts';
import { browserLanguage, startLanguages } from './i18n/index.ts';
import { nonce } from './setup.ts';
import { goToAddress, hasAddress, startPlaces } from './state/place.ts';
import { keepPreferences } from './state/preferences.ts';
import { keepInStep, useStore } from './state/store.ts';
import { createTransport, type Link } from './transport/index.ts';

/** With the first snapshot: back to the last address, unless the window was opened with one, and ask for its rows. */
function takeUpWork(): void {
  const stop = useStore.subscribe(({ model }) => {
    if (model === null) return;
    stop();
    const last = model.snapshot.preferences.last_address;
    if (!hasAddress() && last !== null) goToAddress(last);
    keepPreferences();
    askForRows();
  });
}

export async function start(link: Link): Promise<void> {
  startPlaces();
  takeUpWork();
  keepInStep(createTransport(link));
  const cache = createCache({ key: 'st', prepend: true, ...(nonce === null ? {} : { nonce }) });
  const container = document.querySelector('#root');
  if (container === null) return;
  await startLanguages(browserLanguage());
  createRoot(container).render(<CacheProvider value={cache}><App /></CacheProvider>);
}
