/** Where Electron's runtime is, whether it can run here, and whether it is worth trying to fetch it. */
import { join } from 'node:path';

export interface ElectronFacts {
  readonly root: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The number of the user on POSIX systems; 0 is root. */
  readonly uid: number | null;
  readonly exists: (path: string) => boolean;
}

const programs: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
  linux: 'electron',
  freebsd: 'electron',
  openbsd: 'electron',
};

/** The runtime's program, or null where it is not installed. */
export function findElectron({ root, platform, env, exists }: ElectronFacts): string | null {
  const program = programs[platform];
  if (program === undefined) return null;
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const folders = [...(override ? [override] : []), join(root, 'node_modules', 'electron', 'dist')];
  return folders.map((folder) => join(folder, program)).find((path) => exists(path)) ?? null;
}

/** Why Electron cannot run even if it is there; null if it can. */
export function electronObstacle({ platform, uid }: Pick<ElectronFacts, 'platform' | 'uid'>, display: boolean): string | null {
  if (!display) return 'there is no display';
  if (programs[platform] === undefined) return `Electron has no build for ${platform}`;
  if (platform === 'linux' && uid === 0) return 'Electron does not run with its sandbox for root';
  return null;
}

export interface FetchFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** When the last attempt failed, in milliseconds since the epoch. */
  readonly lastFailure: number | null;
  readonly now: number;
  /** The person asked for it on the command line. */
  readonly asked: boolean;
}

const retryAfterMs = 24 * 3_600_000;

/** Why the runtime is not fetched now; null if an attempt is worth it. */
export function fetchObstacle({ env, lastFailure, now, asked }: FetchFacts): string | null {
  if (env['ELECTRON_SKIP_BINARY_DOWNLOAD']) return 'ELECTRON_SKIP_BINARY_DOWNLOAD is set';
  if (asked) return null;
  if (env['CI'] && env['CI'] !== 'false') return 'it is not fetched in CI';
  if (lastFailure !== null && now - lastFailure < retryAfterMs && now >= lastFailure) return 'it could not be fetched today; `npm start -- --electron` tries again';
  return null;
}
