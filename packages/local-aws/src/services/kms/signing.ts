import { p256 } from '@noble/curves/nist.js';
import type {
  GetPublicKeyCommandInput,
  GetPublicKeyCommandOutput,
  SignCommandInput,
  SignCommandOutput,
  VerifyCommandInput,
  VerifyCommandOutput,
} from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { keyCheck } from './key-checks.ts';
import { requireEnabled, requireUsable } from './key-state.ts';
import { requireKey, targetOf } from './key-target.ts';
import type { Key } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point. https://www.rfc-editor.org/rfc/rfc5480 */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

const LONGEST_RAW_MESSAGE = 4096;
const SHA256_BYTES = 32;

const privateKeyOf = (key: Key, operationName: string): Uint8Array => {
  if (key.privateKey !== undefined) return key.privateKey;
  throw new ServiceFault(
    'UnsupportedOperationException',
    `${key.arn} is a symmetric key: ${operationName} needs an asymmetric one`,
  );
};

interface Message {
  readonly bytes: Uint8Array;
  readonly isDigest: boolean;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html (Message, MessageType) */
const messageOf = (input: SignCommandInput | VerifyCommandInput, key: Key): Message => {
  if (input.SigningAlgorithm !== 'ECDSA_SHA_256') {
    throw new ServiceFault(
      'InvalidKeyUsageException',
      `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.spec}.`,
    );
  }
  const bytes = required(input.Message, 'message');
  const type = input.MessageType ?? 'RAW';
  if (type !== 'RAW' && type !== 'DIGEST') {
    throw new ServiceFault(
      'ValidationException',
      `MessageType ${type} is not valid with ECDSA_SHA_256: want RAW or DIGEST`,
    );
  }
  if (type === 'DIGEST' && bytes.length !== SHA256_BYTES) {
    throw new ServiceFault(
      'ValidationException',
      `Digest is invalid length for algorithm ECDSA_SHA_256: ${bytes.length} bytes, want ${SHA256_BYTES}.`,
    );
  }
  if (bytes.length < 1 || bytes.length > LONGEST_RAW_MESSAGE) {
    throw new ServiceFault(
      'ValidationException',
      `Message has ${bytes.length} bytes, want 1 to ${LONGEST_RAW_MESSAGE}: sign its digest instead`,
    );
  }
  return { bytes, isDigest: type === 'DIGEST' };
};

const signingCheck = (
  name: 'Sign' | 'Verify',
  input: SignCommandInput | VerifyCommandInput,
  call: Call,
): readonly Check[] => [
  keyCheck(call, name, {
    target: targetOf(call, input.KeyId),
    context: {
      'kms:MessageType': input.MessageType ?? 'RAW',
      ...(input.SigningAlgorithm === undefined ? {} : { 'kms:SigningAlgorithm': input.SigningAlgorithm }),
    },
  }),
];

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html : DER-encoded SubjectPublicKeyInfo */
const getPublicKey = operation<GetPublicKeyCommandInput, Output<GetPublicKeyCommandOutput>>({
  checks: (input, call) => [keyCheck(call, 'GetPublicKey', { target: targetOf(call, input.KeyId) })],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'GetPublicKey', members: ['KeyId'] });
    const key = requireKey(call, targetOf(call, required(input.KeyId, 'keyId')));
    requireEnabled(key);
    const point = p256.getPublicKey(privateKeyOf(key, 'GetPublicKey'), false);
    return {
      KeyId: key.arn,
      PublicKey: Buffer.concat([SPKI_PREFIX, point]),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: ['ECDSA_SHA_256'],
    };
  },
});

/** Deterministic by RFC 6979, so that equal runs give equal signatures. https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
const sign = operation<SignCommandInput, Output<SignCommandOutput>>({
  checks: (input, call) => signingCheck('Sign', input, call),
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'Sign',
      members: ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'],
    });
    const key = requireKey(call, targetOf(call, required(input.KeyId, 'keyId')));
    requireUsable(key, 'SIGN_VERIFY', 'Sign');
    const { bytes, isDigest } = messageOf(input, key);
    const signature = p256.sign(bytes, privateKeyOf(key, 'Sign'), {
      prehash: !isDigest,
      lowS: false,
      format: 'der',
    });
    return { KeyId: key.arn, Signature: signature, SigningAlgorithm: 'ECDSA_SHA_256' };
  },
});

const signatureMatches = (signature: Uint8Array, message: Message, key: Key): boolean => {
  const point = p256.getPublicKey(privateKeyOf(key, 'Verify'), false);
  try {
    return p256.verify(signature, message.bytes, point, {
      prehash: !message.isDigest,
      lowS: false,
      format: 'der',
    });
  } catch {
    // Bytes that are no DER signature are a wrong signature, not a fault of the request.
    return false;
  }
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html : a wrong signature is KMSInvalidSignatureException */
const verify = operation<VerifyCommandInput, Output<VerifyCommandOutput>>({
  checks: (input, call) => signingCheck('Verify', input, call),
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'Verify',
      members: ['KeyId', 'Message', 'MessageType', 'Signature', 'SigningAlgorithm'],
    });
    const key = requireKey(call, targetOf(call, required(input.KeyId, 'keyId')));
    requireUsable(key, 'SIGN_VERIFY', 'Verify');
    if (!signatureMatches(required(input.Signature, 'signature'), messageOf(input, key), key)) {
      throw new ServiceFault(
        'KMSInvalidSignatureException',
        'The signature is not valid for this message and key.',
      );
    }
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: 'ECDSA_SHA_256' };
  },
});

/** Operations of asymmetric signing keys. */
export const signingOperations: Readonly<Record<string, Operation>> = {
  GetPublicKey: getPublicKey,
  Sign: sign,
  Verify: verify,
};
