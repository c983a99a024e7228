import { describe, expect, it } from 'vitest';
import { Destination } from '../../src/main/destination.ts';

interface Desk {
  readonly destination: Destination;
  readonly loaded: string[];
  readonly warnings: string[];
  gone: boolean;
}

function desk(load: (url: string) => Promise<void> = () => Promise.resolve()): Desk {
  const loaded: string[] = [];
  const warnings: string[] = [];
  const made: Desk = {
    loaded, warnings, gone: false,
    destination: new Destination({
      load: (url) => {
        loaded.push(url);
        return load(url);
      },
      isGone: () => made.gone,
      log: { warn: (message) => warnings.push(message) },
    }),
  };
  return made;
}

describe('an address for the window', () => {
  it('is kept while the page is on its way, and shown once it has come; the last one counts', () => {
    const { destination, loaded } = desk();
    destination.go('/trash');
    destination.go('/journal');
    expect(loaded).toEqual([]);
    destination.arrived();
    expect(loaded).toEqual(['app://sterownia/index.html#/journal']);
    destination.arrived();
    expect(loaded).toHaveLength(1);
  });

  it('is shown at once afterwards, and a refused one is only a warning', async () => {
    const { destination, loaded, warnings } = desk(() => Promise.reject(new Error('ERR_FAILED')));
    destination.arrived();
    destination.go('/settings');
    expect(loaded).toEqual(['app://sterownia/index.html#/settings']);
    await new Promise(setImmediate);
    expect(warnings).toEqual(['an address could not be shown']);
  });

  it('is dropped with the window that was closed meanwhile', () => {
    const made = desk();
    made.destination.go('/trash');
    made.gone = true;
    made.destination.arrived();
    expect(made.loaded).toEqual([]);
  });
});
