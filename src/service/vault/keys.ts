import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IoError } from '../../io/io-error.js';
import { writeNewFile } from '../../io/write-new.js';

/** Anyone may encrypt with it; only the identity opens what was. */
const RECIPIENT = 'recipient.txt';
/** The identity, encrypted by the passphrase. */
const IDENTITY = 'identity.age';

/** Work factor of scrypt for the passphrase: about a second each try. */
const SCRYPT_LOG_N = 18;

/** The public key that originals are encrypted with. Throws `IoError` (`no-vault-key`). */
export function recipientIn(folder: string): string {
  const path = join(folder, RECIPIENT);
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (!/^age1[0-9a-z]{20,3000}$/.test(text))
    throw new IoError('no-vault-key', 'the policy wants originals encrypted, and there is no key', 'make one: exifence vault encrypt');
  return text;
}

export function hasKey(folder: string): boolean {
  return existsSync(join(folder, RECIPIENT)) || existsSync(join(folder, IDENTITY));
}

/** Makes the key pair. Throws `IoError` (`exists`) where there is one. */
export async function makeKey(folder: string, passphrase: string, scryptLogN: number = SCRYPT_LOG_N): Promise<void> {
  const { Encrypter, generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(scryptLogN);
  const sealed = await encrypter.encrypt(identity);
  const write = (name: string, bytes: Uint8Array): Promise<void> =>
    writeNewFile(Buffer.from(join(folder, name)), [bytes], async () => undefined, { mode: 0o600 });
  // The identity first: what is encrypted has to be opened some day.
  await write(IDENTITY, sealed);
  await write(RECIPIENT, Buffer.from(`${await identityToRecipient(identity)}\n`));
}

/** The key that opens originals. Throws `IoError` (`wrong-passphrase`, `no-vault-key`). */
export async function identityIn(folder: string, passphrase: string): Promise<string> {
  const path = join(folder, IDENTITY);
  if (!existsSync(path)) throw new IoError('no-vault-key', 'the key of the vault is missing', 'put identity.age back from a backup');
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(readFileSync(path), 'text');
  } catch {
    throw new IoError('wrong-passphrase', 'the passphrase does not open the vault', 'try again');
  }
}
