/** Types of the packing hook, which runs as plain JavaScript inside the packer. */
export interface Fuse {
  readonly index: number;
  readonly enabled: boolean;
}

export interface PackContext {
  readonly appOutDir: string;
  readonly electronPlatformName: string;
  readonly packager: { readonly executableName: string; readonly appInfo: { readonly productFilename: string } };
}

export const wasmTrapHandlers: Fuse;
export function withFuse(binary: Buffer, fuse: Fuse): Buffer;
export function fuseFile(context: PackContext): string;
export function setFuse(path: string, fuse: Fuse): void;
