import { CustodyEntry } from './custody-entry.ts';
import { Envelope } from './dsse.ts';
import { Sha256 } from './sha256.ts';
import { ENTRY_PAYLOAD_TYPE, SignedEntry, signedOf } from './signed-entry.ts';
import { problemIn } from './verify/problem.ts';
import { readForm } from './verify/read-form.ts';
import type { FormFile, ReadForm } from './verify/read-form.ts';

const isEnvelope = (bytes: Uint8Array): boolean => {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof json === 'object' && json !== null && 'payloadType' in json;
  } catch {
    return false;
  }
};

const Version1 = SignedEntry.refine(({ entry }) => entry.schemaVersion === 1, {
  path: ['entry', 'schemaVersion'],
  error: 'an entry of version 2 lies in a DSSE envelope, not beside its digest',
});
const Enveloped = Envelope.refine(({ payloadType }) => payloadType === ENTRY_PAYLOAD_TYPE, {
  path: ['payloadType'],
  error: `wanted the payload type ${ENTRY_PAYLOAD_TYPE}`,
}).refine(({ signatures: [{ keyid }] }) => Sha256.safeParse(keyid).success, {
  path: ['signatures', 0, 'keyid'],
  error: "wanted the key's fingerprint: 64 lower-case hexadecimal digits",
});

/**
 * Reads a custody entry of either version from its file, and insists on the exact bytes of every layer: of the envelope, and of the
 * payload in it. The signature is not checked here. Never throws on any bytes.
 */
export const readSigned = (source: FormFile): ReadForm<SignedEntry> => {
  if (source.bytes.length > source.maxBytes || !isEnvelope(source.bytes)) return readForm(source, Version1);
  const envelope = readForm(source, Enveloped);
  if (envelope.status === 'unreadable') return envelope;
  const read = readForm({ ...source, bytes: Buffer.from(envelope.form.payload, 'base64') }, CustodyEntry);
  if (read.status === 'unreadable') return read;
  const entry = read.form;
  if (entry.schemaVersion === 1)
    return {
      status: 'unreadable',
      problem: problemIn(source.file, 'an entry of version 1 lies in no envelope', 'the file was made up'),
    };
  return { status: 'read', form: SignedEntry.parse(signedOf(entry, envelope.form)) };
};

/**
 * Reads one custody entry, of either version.
 *
 * @param bytes what lies in the vault under the entry's key
 * @throws Error that says what is wrong with it
 */
export const decodeSigned = (file: string, bytes: Uint8Array): SignedEntry => {
  const read = readSigned({ file, bytes, maxBytes: 4 << 20 });
  if (read.status === 'read') return read.form;
  throw new Error(`${read.problem.file} is no custody entry: ${read.problem.problem}; ${read.problem.hint}`);
};
