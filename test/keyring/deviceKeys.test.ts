import { createHash, createPublicKey, verify } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyIdOfPem, type Keytar } from '#engines/keyring';
import { memoryKeyring, newFolder, openKeys } from './support.ts';

const hash = (digit: string): string => digit.repeat(64);

describe('the device key', () => {
  it('signs with Ed25519 and is named by the digest of its public key', async () => {
    const signer = await openKeys(newFolder(), { loadKeytar: async () => memoryKeyring() }).signer();
    const key = createPublicKey(signer.publicKeyPem);
    expect(key.asymmetricKeyType).toBe('ed25519');
    expect(verify(null, Buffer.from('text'), key, signer.sign(Buffer.from('text')))).toBe(true);
    expect(signer.keyId).toBe(createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16));
    expect(keyIdOfPem(signer.publicKeyPem)).toBe(signer.keyId);
    expect(keyIdOfPem('no key')).toBeNull();
  });

  it('lives in the keyring where there is one, and nothing of it in a file', async () => {
    const folder = newFolder();
    const keyring = memoryKeyring();
    const keys = openKeys(folder, { loadKeytar: async () => ({ default: keyring }) });
    expect(await keys.status()).toEqual({ storage: 'keyring', key_id: null, warning: null });
    const { keyId, storage } = await keys.signer();
    expect(storage).toBe('keyring');
    expect(await keys.status()).toEqual({ storage: 'keyring', key_id: keyId, warning: null });
    expect(readdirSync(join(folder, 'config'))).toEqual([]);
    expect((await openKeys(folder, { loadKeytar: async () => keyring }).signer()).keyId).toBe(keyId);
  });

  it('lives in a file of this user alone where there is none, and the status says why', async () => {
    const folder = newFolder();
    const keys = openKeys(folder);
    const { keyId } = await keys.signer();
    const status = await keys.status();
    expect(status).toMatchObject({ storage: 'file', key_id: keyId });
    expect(status.warning).toContain('libsecret-1.so.0');
    expect(status.warning).toContain(join(folder, 'config'));
    expect(status.warning_notes).toMatchObject([{ code: 'keyring_unavailable', params: { folder: join(folder, 'config') } }]);
    expect(statSync(join(folder, 'config')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'config', 'device-key.secret')).mode & 0o777).toBe(0o600);
    expect((await openKeys(folder).signer()).keyId).toBe(keyId);
  });

  it('takes back rights that others were given to the file', async () => {
    const folder = newFolder();
    await openKeys(folder).signer();
    chmodSync(join(folder, 'config', 'device-key.secret'), 0o644);
    await openKeys(folder).signer();
    expect(statSync(join(folder, 'config', 'device-key.secret')).mode & 0o777).toBe(0o600);
  });

  it.each(['off', 'file'])('stays in the file when STEROWNIA_KEYRING is %s, without loading the package', async (mode) => {
    const keys = openKeys(newFolder(), { environment: { STEROWNIA_KEYRING: mode }, loadKeytar: () => Promise.reject(new Error('was loaded')) });
    expect((await keys.signer()).storage).toBe('file');
    expect((await keys.status()).warning).toContain(`STEROWNIA_KEYRING is set to ${mode}`);
  });

  it('does not wait for a keyring that gives no answer, neither at the start nor later', async () => {
    const never = new Promise<never>(() => undefined);
    const silent: Keytar = { getPassword: () => never, setPassword: () => never };
    const atOnce = openKeys(newFolder(), { loadKeytar: async () => silent, timeoutMs: 30 });
    expect((await atOnce.signer()).storage).toBe('file');
    expect((await atOnce.status()).warning).toContain('no answer within 30 ms');
    expect((await atOnce.status()).warning_notes).toMatchObject([{ code: 'keyring_silent', params: { milliseconds: 30 } }]);

    const later = openKeys(newFolder(), { loadKeytar: async () => ({ getPassword: async () => null, setPassword: () => never }), timeoutMs: 30 });
    expect((await later.signer()).storage).toBe('file');
    expect((await later.status()).storage).toBe('file');

    const loading = openKeys(newFolder(), { loadKeytar: () => never, timeoutMs: 30 });
    expect((await loading.signer()).storage).toBe('file');
  });

  it('does not trust a keyring that forgets what it was given', async () => {
    const keys = openKeys(newFolder(), { loadKeytar: async () => ({ getPassword: async () => null, setPassword: async () => undefined }) });
    expect((await keys.signer()).storage).toBe('file');
    expect((await keys.status()).warning).toContain('did not keep');
    expect((await keys.status()).warning_notes).toMatchObject([{ code: 'keyring_forgetful' }]);
  });

  it('is one key when several processes make it at once, in the keyring and in the file', async () => {
    const secrets = new Map<string, string>();
    for (const more of [{ loadKeytar: async () => memoryKeyring(secrets) }, {}]) {
      const folder = newFolder();
      const signers = await Promise.all(Array.from({ length: 6 }, () => openKeys(folder, more).signer()));
      expect(new Set(signers.map(({ keyId }) => keyId)).size).toBe(1);
      expect((await openKeys(folder, more).signer()).keyId).toBe(signers[0]?.keyId);
      expect(readdirSync(join(folder, 'config')).filter((name) => name.endsWith('.tmp') || name.endsWith('.lock'))).toEqual([]);
    }
  });

  it('is made although a process died while it made one', async () => {
    const folder = newFolder();
    await openKeys(folder).setPin('w', { seq: 1, hash: hash('a') });
    writeFileSync(join(folder, 'config', 'device-key.lock'), '');
    const keys = openKeys(folder, { loadKeytar: async () => memoryKeyring(new Map(), 0), timeoutMs: 20 });
    expect((await keys.signer()).storage).toBe('keyring');
    expect(existsSync(join(folder, 'config', 'device-key.lock'))).toBe(false);
  });

  it('is not replaced when it cannot be read', async () => {
    const folder = newFolder();
    await openKeys(folder).signer();
    const path = join(folder, 'config', 'device-key.secret');
    writeFileSync(path, 'rubbish');
    await expect(openKeys(folder).signer()).rejects.toMatchObject({ code: 'DOCUMENT_CORRUPT' });
    expect(await openKeys(folder).status()).toMatchObject({ storage: 'none', key_id: null });
    expect(readFileSync(path, 'utf8')).toBe('rubbish');
  });

  it('is reported as none where it cannot be kept at all', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'config'), 'a file where the folder should be');
    const keys = openKeys(folder);
    await expect(keys.signer()).rejects.toMatchObject({ code: 'IO' });
    expect(await keys.status()).toMatchObject({ storage: 'none', key_id: null });
    expect(readFileSync(join(folder, 'config'), 'utf8')).toBe('a file where the folder should be');
  });
});

describe('the pin', () => {
  it('is kept per workspace, in the keyring or in the file', async () => {
    const keyring = memoryKeyring();
    for (const more of [{ loadKeytar: async () => keyring }, {}]) {
      const folder = newFolder();
      const keys = openKeys(folder, more);
      expect(await keys.pin('../w 1')).toBeNull();
      await keys.setPin('../w 1', { seq: 5, hash: hash('a') });
      await keys.setPin('w2', { seq: 7, hash: hash('b') });
      expect(await openKeys(folder, more).pin('../w 1')).toEqual({ seq: 5, hash: hash('a') });
      expect(await openKeys(folder, more).pin('w2')).toEqual({ seq: 7, hash: hash('b') });
    }
  });

  it('is the later one of both places when the keyring was away for a while', async () => {
    const folder = newFolder();
    const keyring = { loadKeytar: async () => memoryKeyring(secrets) };
    const secrets = new Map<string, string>();
    await openKeys(folder, keyring).setPin('w', { seq: 5, hash: hash('a') });
    await openKeys(folder).setPin('w', { seq: 9, hash: hash('b') });
    expect(await openKeys(folder, keyring).pin('w')).toEqual({ seq: 9, hash: hash('b') });
    expect((await openKeys(folder, keyring).pins('w')).map(({ seq }) => seq)).toEqual([9, 5]);
    await openKeys(folder, keyring).setPin('w', { seq: 12, hash: hash('c') });
    expect(await openKeys(folder, keyring).pin('w')).toEqual({ seq: 12, hash: hash('c') });
  });
});
