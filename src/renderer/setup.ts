/** What must hold before anything else runs: no code made from text, and the nonce that styles need. */
import { config } from 'zod';

config({ jitless: true });

const given = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? null;

/** Null where the host has put none in place, for example under the development server. */
export const nonce: string | null = given === null || given === '' || given.startsWith('__') ? null : given;
