/** Which door `npm start` opens, and the sentence that says why. A pure function of what is known. */
import type { Browser } from '../../src/server/browsers.ts';

export interface DoorFacts {
  /** Electron's program, or null. */
  readonly electron: string | null;
  /** Why Electron is not to be used although or because it is (not) there; null if nothing stands against it. */
  readonly electronProblem: string | null;
  readonly display: boolean;
  readonly browser: Browser | null;
  /** Why a browser that is there would not start; null if it would. */
  readonly browserProblem: string | null;
  /** The person asked for the served console. */
  readonly serveAsked: boolean;
}

export type Door =
  | { readonly kind: 'electron'; readonly program: string; readonly message: string }
  | { readonly kind: 'window'; readonly message: string }
  | { readonly kind: 'address'; readonly message: string };

export function chooseDoor(facts: DoorFacts): Door {
  const { electron, electronProblem, display, browser, browserProblem, serveAsked } = facts;
  if (electron !== null && electronProblem === null && !serveAsked) {
    return { kind: 'electron', program: electron, message: 'Door: Electron, because its runtime is installed.' };
  }
  const why = serveAsked ? 'it was asked for' : electronProblem ?? "Electron's runtime is not installed";
  if (!display) return { kind: 'address', message: `Door: an address on this machine, because ${serveAsked ? `${why} and there is no display` : why}.` };
  if (browser === null) return { kind: 'address', message: `Door: an address on this machine, because ${why} and no Chromium, Chrome or Edge was found.` };
  if (browserProblem !== null) return { kind: 'address', message: `Door: an address on this machine, because ${why} and ${browserProblem}.` };
  return { kind: 'window', message: `Door: a window of ${browser.name}, because ${why}.` };
}
