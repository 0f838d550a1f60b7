import { Readable, Transform, type TransformCallback } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { IoError } from '../../io/io-error.js';

/** The bytes of a source, encrypted as they go by. */
export async function encrypted(pieces: Iterable<Uint8Array>, recipient: string): Promise<Readable> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return Readable.fromWeb((await encrypter.encrypt(webStream(Readable.from(pieces)) as never)) as unknown as ReadableStream);
}

/** The other way round. The stream fails where the bytes are not what was encrypted. */
export async function decrypted(file: Readable, identity: string): Promise<Readable> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return Readable.fromWeb((await decrypter.decrypt(webStream(file) as never)) as unknown as ReadableStream);
  } catch {
    throw new IoError('vault-damaged', 'the original in the vault is damaged, or was encrypted with another key', 'look for a backup');
  }
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  // The library takes plain byte arrays only.
  const plain = new Transform({
    readableObjectMode: true,
    transform(chunk: Uint8Array, _encoding, done: TransformCallback) {
      done(null, new Uint8Array(chunk));
    },
  });
  stream.on('error', (error) => plain.destroy(error));
  return Readable.toWeb(stream.pipe(plain)) as ReadableStream<Uint8Array>;
}
