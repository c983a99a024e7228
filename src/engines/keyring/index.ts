/** Keyring: the key of this device and what it pins outside the workspace. */
export { keyIdOfPem, openDeviceKeys } from './deviceKeys.ts';
export type { DeviceKeys, DeviceKeysOptions, Keytar, Pin, Signer } from './types.ts';
