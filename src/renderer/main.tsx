/**
 * The first script of the window. What setup decides must hold before the contract builds its schemas, and only a
 * module that is loaded later is sure to run later, however the build cuts the code into files.
 */
import './setup.ts';
import { openLink } from './transport/links.ts';

// The way to the host is opened while the rest is still being read.
const link = openLink();
const { start } = await import('./start.tsx');
await start(link);
