/** Draws the window: connect first, so that the snapshot travels while the interface is being built. */
import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { browserLanguage, startLanguages } from './i18n/index.ts';
import { nonce } from './setup.ts';
import { startPlaces } from './state/place.ts';
import { keepInStep } from './state/store.ts';
import { connect } from './transport/index.ts';

keepInStep(connect());
startPlaces();

const cache = createCache({ key: 'st', prepend: true, ...(nonce === null ? {} : { nonce }) });
const container = document.querySelector('#root');

if (container !== null) {
  await startLanguages(browserLanguage());
  createRoot(container).render(<CacheProvider value={cache}><App /></CacheProvider>);
}
