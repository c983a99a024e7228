/** Versions that the about box and bug reports name. */
declare const __STEROWNIA_VERSION__: string | undefined;

export const productVersion = (): string => (typeof __STEROWNIA_VERSION__ === 'string' ? __STEROWNIA_VERSION__ : 'development');

export function versions(): Record<string, string> {
  const { node, v8, electron, chrome, sqlite } = process.versions;
  const known = { sterownia: productVersion(), electron, chrome, node, v8, sqlite };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
