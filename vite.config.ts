/**
 * Builds the window into dist/renderer: no inline scripts, relative addresses only, and separate chunks for what the
 * first screen does not need, so that the same files are served by the desktop and the headless host under one
 * strict content security policy.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/u, priority: 40 },
            { name: 'charts', test: /node_modules[\\/](@mui[\\/]x-charts|d3-|internmap|flatqueue|robust-predicates)/u, priority: 30 },
            { name: 'grid', test: /node_modules[\\/]@mui[\\/]x-(data-grid|virtualizer)/u, priority: 30 },
            { name: 'zod', test: /node_modules[\\/]zod[\\/]/u, priority: 20 },
          ],
        },
      },
    },
  },
});
