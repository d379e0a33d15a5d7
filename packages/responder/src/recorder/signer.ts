import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { keyFingerprint, Sha256, sha256Hex, type Signature } from '@cordon/evidence';
import { KEY_ALIASES } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** Signs with the custody key, which the recorder's role alone may use. */
export interface Signer {
  readonly keyArn: string;
  readonly keyFingerprint: Sha256;
  /** Signature over the SHA-256 of some bytes. */
  sign(what: Uint8Array | string): Promise<Signature>;
}

/** Reads the public key once, so that every signature names the key by fingerprint as well as by ARN. */
export const openSigner = async (services: Services): Promise<Signer> => {
  const kms = clientFor(KMSClient, { ...services.own, region: services.config.homeRegion });
  const { KeyId: keyArn, PublicKey: publicKey } = await kms.send(
    new GetPublicKeyCommand({ KeyId: KEY_ALIASES.custody }),
  );
  if (keyArn === undefined || publicKey === undefined)
    throw new Error('KMS gave no public key for the custody key');
  const fingerprint = keyFingerprint(publicKey);
  return {
    keyArn,
    keyFingerprint: fingerprint,
    sign: async (what) => {
      const { Signature: value } = await kms.send(
        new SignCommand({
          KeyId: keyArn,
          Message: Buffer.from(sha256Hex(what), 'hex'),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (value === undefined) throw new Error('KMS gave no signature');
      return {
        algorithm: 'ECDSA_SHA_256',
        keyArn,
        keyFingerprint: fingerprint,
        value: Buffer.from(value).toString('base64'),
      };
    },
  };
};
