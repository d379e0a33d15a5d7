import type * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { Envelope, preAuthentication } from '../dsse.ts';
import { readForm } from '../verify/read-form.ts';
import type { FormFile, ReadForm } from '../verify/read-form.ts';
import { problemIn } from '../verify/problem.ts';
import type { Signature } from '../signed-entry.ts';

/** What the recorder's key signs beside entries: a type of payload and its form. Each lies in a DSSE envelope (ADR 0018). */
export type StatementKind<Form> = { readonly payloadType: string; readonly form: z.ZodType<Form> };

/** What the signature of a statement is over. */
export const statementBytes = <Form>({ payloadType }: StatementKind<Form>, statement: Form): Uint8Array =>
  preAuthentication(payloadType, Buffer.from(canonicalJson(statement), 'utf8'));

/** A signed statement as its file holds it, as text. */
export const encodeStatement = <Form>(
  { payloadType }: StatementKind<Form>,
  statement: Form,
  signature: Pick<Signature, 'keyFingerprint' | 'value'>,
): string =>
  canonicalJson({
    payload: Buffer.from(canonicalJson(statement), 'utf8').toString('base64'),
    payloadType,
    signatures: [{ keyid: signature.keyFingerprint, sig: signature.value }],
  });

/** A statement as read from its file: what it says, the bytes that are signed, and by what. */
export type ReadStatement<Form> = {
  readonly statement: Form;
  readonly signed: Uint8Array;
  /** Base64 of the DER signature. */
  readonly signature: string;
};

/** Reads a signed statement, and insists on the exact bytes of both layers. The signature is not checked here. Never throws on any bytes. */
export const readStatement = <Form>(
  source: FormFile,
  kind: StatementKind<Form>,
): ReadForm<ReadStatement<Form>> => {
  const envelope = readForm(source, Envelope);
  if (envelope.status === 'unreadable') return envelope;
  const { payload, payloadType, signatures } = envelope.form;
  if (payloadType !== kind.payloadType)
    return {
      status: 'unreadable',
      problem: problemIn(
        source.file,
        `its payload type is ${payloadType}, wanted ${kind.payloadType}`,
        'another signed text was put in its place: fetch it again from the vault',
      ),
    };
  const bytes = Buffer.from(payload, 'base64');
  const read = readForm({ ...source, bytes }, kind.form);
  if (read.status === 'unreadable') return read;
  return {
    status: 'read',
    form: {
      statement: read.form,
      signed: preAuthentication(payloadType, bytes),
      signature: signatures[0].sig,
    },
  };
};
