import * as z from 'zod';

// Decoders forgive spare bits and stray characters; what is signed must have one spelling, or a byte could change unseen.
const isExactBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;

/** Base64 in the one exact standard spelling of its bytes. */
export const exactBase64 = (what: string, most: number): z.ZodType<string> =>
  z.string().min(1).max(most).refine(isExactBase64, `wanted base64 of ${what}, in its one exact spelling`);

/** Six times what any payload of ours needs; the file's size bounds it as well. */
const MAX_PAYLOAD = 4 << 20;

/**
 * A DSSE envelope as the recorder writes it: one signature, both texts in standard base64 in their one spelling. The specification allows
 * more (several signatures, URL-safe base64, no keyid); evidence is held to what its own recorder wrote.
 * https://github.com/secure-systems-lab/dsse/blob/master/envelope.md
 */
export const Envelope = z
  .strictObject({
    payload: exactBase64('the payload', MAX_PAYLOAD),
    payloadType: z.string().min(1).max(200),
    signatures: z
      .tuple([
        z
          .strictObject({
            /** Fingerprint of the key. A hint, as DSSE has it: what counts is the key that the verifier was told of. */
            keyid: z.string().min(1).max(200),
            // A DER signature of P-256 has at most 72 bytes: 96 characters.
            sig: exactBase64('a DER signature', 96),
          })
          .readonly(),
      ])
      .readonly(),
  })
  .readonly();
export type Envelope = z.infer<typeof Envelope>;

/**
 * What a DSSE signature is over: the type and the body, each with its length in bytes, so that neither can run into the other and no
 * signature over one type of payload holds for another.
 * https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#signature-definition
 *
 * @param payloadType a media type or URI, hashed as UTF-8
 * @param payload the body, byte for byte
 */
export const preAuthentication = (payloadType: string, payload: Uint8Array): Uint8Array => {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
};
