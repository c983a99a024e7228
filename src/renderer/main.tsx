/**
 * The first script of the window. What setup decides must hold before the contract builds its schemas, and only a
 * module that is loaded later is sure to run later, however the build cuts the code into files.
 */
import './setup.ts';

await import('./start.tsx');
