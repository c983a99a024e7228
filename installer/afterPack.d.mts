import type { PackContext } from './fuseWire.mjs';

export default function afterPack(context: PackContext): void;
