/**
 * Sets one fuse in a packed Electron binary. The wire stands behind a marker in the binary: a version byte, a length
 * byte, then one character per fuse. A universal macOS binary holds it twice.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fuseConstants from '@electron/fuses/dist/constants.js';

/** The fuse that `electronFuses` in electron-builder.yml cannot name: WebAssembly bounds checks by trap handlers. */
export const wasmTrapHandlers = { index: 8, enabled: true };

const { SENTINEL, FuseState } = fuseConstants;

function markers(binary) {
  const found = [];
  for (let at = binary.indexOf(SENTINEL); at >= 0; at = binary.indexOf(SENTINEL, at + SENTINEL.length)) found.push(at + SENTINEL.length);
  return found;
}

/** Returns the changed copy; throws when the binary has no such fuse, so that nothing ships undecided. */
export function withFuse(binary, { index, enabled }) {
  const places = markers(binary);
  if (places.length === 0) throw new Error('There is no fuse wire in this binary.');
  const changed = Buffer.from(binary);
  for (const place of places) {
    const version = changed[place];
    const length = changed[place + 1] ?? 0;
    if (version !== 1) throw new Error(`The fuse wire has version ${version}; only 1 is known.`);
    if (index >= length) throw new Error(`The fuse wire has ${length} fuses; number ${index} is not among them.`);
    changed[place + 2 + index] = enabled ? FuseState.ENABLE : FuseState.DISABLE;
  }
  return changed;
}

export function fuseFile({ appOutDir, electronPlatformName, packager }) {
  const product = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin' || electronPlatformName === 'mas') {
    return join(appOutDir, `${product}.app`, 'Contents', 'Frameworks', 'Electron Framework.framework', 'Electron Framework');
  }
  return join(appOutDir, electronPlatformName === 'win32' ? `${product}.exe` : packager.executableName);
}

export function setFuse(path, fuse) {
  writeFileSync(path, withFuse(readFileSync(path), fuse));
}
