/** A process that uses the device key as the console does, and prints what it saw. */
import { join } from 'node:path';
import { openDeviceKeys } from '#engines/keyring';
import { nodeFileSystem, systemClock } from '#engines/storage';

const [folder = '', seq = '1'] = process.argv.slice(2);
const keys = openDeviceKeys({
  serviceName: 'sterownia-test', fs: nodeFileSystem, clock: systemClock, fallbackDirectory: join(folder, 'config'), loadKeytar: () => import('keytar'), timeoutMs: 30_000,
});
const { keyId } = await keys.signer();
await keys.setPin('workspace', { seq: Number(seq), hash: 'a'.repeat(64) });
console.log(JSON.stringify({ key_id: keyId, status: await keys.status(), pin: await keys.pin('workspace') }));
