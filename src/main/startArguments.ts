/** What was asked for on the command line of the desktop console, and by a second start while it runs. */
import { resolve } from 'node:path';
import { addressFragment } from './addresses.ts';

export interface StartArguments {
  /** Absolute folder of the workspace, or null when none was named. */
  readonly workspace: string | null;
  /** Address inside the console to show, for example `/plans/20261120-094155-k3v9q1`. */
  readonly address: string | null;
}

function optionValue(argv: readonly string[], name: string): string | null {
  for (const [at, argument] of argv.entries()) {
    if (argument === name) {
      const next = argv[at + 1];
      if (next !== undefined && next !== '' && !next.startsWith('--')) return next;
    }
    if (argument.startsWith(`${name}=`) && argument.length > name.length + 1) return argument.slice(name.length + 1);
  }
  return null;
}

/** Anything else on the line is left to Chromium and ignored here. */
export function parseStartArguments(argv: readonly string[], workingDirectory: string): StartArguments {
  const workspace = optionValue(argv, '--workspace');
  const address = optionValue(argv, '--address');
  return {
    workspace: workspace === null ? null : resolve(workingDirectory, workspace),
    address: address !== null && addressFragment(address) !== null ? address : null,
  };
}
