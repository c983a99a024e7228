/** Where a window is to go: at once when it shows its page, else as soon as the page has come, so that no address is lost. */
import { addressUrl } from './addresses.ts';

export interface DestinationParts {
  readonly load: (url: string) => Promise<void>;
  readonly isGone: () => boolean;
  readonly log: { warn(message: string, data?: Readonly<Record<string, unknown>>): void };
}

export class Destination {
  readonly #parts: DestinationParts;
  #loading = true;
  #held: string | null = null;

  constructor(parts: DestinationParts) {
    this.#parts = parts;
  }

  /** A change behind `#` alone keeps the page; its router shows the address. Of several held ones the last counts. */
  go(address: string): void {
    if (this.#loading) this.#held = address;
    else this.#load(address);
  }

  /** The first page has come, or could not be loaded: then the held address is the next try. */
  arrived(): void {
    this.#loading = false;
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#load(held);
  }

  #load(address: string): void {
    const { load, isGone, log } = this.#parts;
    if (isGone()) return;
    load(addressUrl(address)).catch((error: unknown) => log.warn('an address could not be shown', { address, error: String(error) }));
  }
}
