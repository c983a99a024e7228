/** Types of `installation.mjs`, for the tests. */
export interface InstallFacts {
  readonly lock: string | null;
  readonly stamp: string | null;
  readonly hasModules: boolean;
  readonly installedLock: string | null;
  readonly hasPinnedNode: boolean;
  /** Path of a package that the lock file needs and that is not there. */
  readonly missing: string | null;
}
export interface InstallDecision {
  readonly action: 'none' | 'stamp' | 'install' | 'node';
  readonly reason: string;
}
export declare const oldestNode: number;
export declare function stampPath(root: string): string;
export declare function pinnedNodePath(root: string, platform?: string): string;
export declare function lockHash(text: string): string;
export declare function readFacts(root: string, platform?: string): InstallFacts;
export declare function firstMissing(root: string, lock: string | null): string | null;
export declare function installedAsLocked(lock: string, installedLock: string): boolean;
export declare function decideInstall(facts: InstallFacts): InstallDecision;
export declare function writeStamp(root: string): void;
export declare function npmCommand(
  env: Readonly<Record<string, string | undefined>>, execPath: string, platform?: string,
): { readonly file: string; readonly prefix: readonly string[]; readonly shell: boolean };
export declare const installArguments: readonly string[];
export declare function installEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined>;
export declare function explainFailure(output: string, registry?: string): readonly string[];
export declare const commands: Readonly<Record<string, { readonly script: string; readonly build: boolean; readonly mayFetchElectron?: boolean }>>;
export declare function nodeIsUsable(version: string): boolean;
