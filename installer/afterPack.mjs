/** Runs after packing and before signing: sets the fuse that electron-builder.yml cannot. */
import { fuseFile, setFuse, wasmTrapHandlers } from './fuseWire.mjs';

export default function afterPack(context) {
  setFuse(fuseFile(context), wasmTrapHandlers);
}
