/** Loaded before the built main program: its `electron` becomes the stand-in, and the test may drive the desktop. */
import { registerHooks } from 'node:module';
import { listen } from './control.ts';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: standIn, format: 'module-typescript', shortCircuit: true } : next(specifier, context)),
});
listen();
