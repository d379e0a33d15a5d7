import type {
  DecryptCommandInput,
  DecryptCommandOutput,
  EncryptCommandInput,
  EncryptCommandOutput,
  GenerateDataKeyCommandInput,
  GenerateDataKeyCommandOutput,
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput,
} from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { invalidCiphertext, open, seal, sealedUnder } from './ciphertext.ts';
import { encryptionContextKeys, keyCheck } from './key-checks.ts';
import { requireUsable } from './key-state.ts';
import { requireKey, targetOf } from './key-target.ts';
import type { Key } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

const LONGEST_PLAINTEXT = 4096;

interface KeyedInput {
  readonly KeyId?: string | undefined;
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined;
}

const contextCheck = (action: string, input: KeyedInput, call: Call): readonly Check[] => [
  keyCheck(call, action, {
    target: targetOf(call, input.KeyId),
    context: encryptionContextKeys(input.EncryptionContext),
  }),
];

const usableKey = (call: Call, reference: string | undefined, operationName: string): Key => {
  const key = requireKey(call, targetOf(call, required(reference, 'keyId')));
  requireUsable(key, 'ENCRYPT_DECRYPT', operationName);
  return key;
};

const sealFor = (
  call: Call,
  key: Key,
  on: { plaintext: Uint8Array; context: KeyedInput['EncryptionContext'] },
): Uint8Array => seal(key, on.plaintext, { context: on.context, nonceHex: call.ids.hex('kms-nonce', 24) });

const acceptAlgorithm = (algorithm: string | undefined): void => {
  if (algorithm !== undefined && algorithm !== 'SYMMETRIC_DEFAULT') {
    throw new ServiceFault(
      'InvalidKeyUsageException',
      `Algorithm ${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`,
    );
  }
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html : 1 to 4,096 bytes */
const encrypt = operation<EncryptCommandInput, Output<EncryptCommandOutput>>({
  checks: (input, call) => contextCheck('Encrypt', input, call),
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'Encrypt',
      members: ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm'],
    });
    const key = usableKey(call, input.KeyId, 'Encrypt');
    acceptAlgorithm(input.EncryptionAlgorithm);
    const plaintext = required(input.Plaintext, 'plaintext');
    if (plaintext.length < 1 || plaintext.length > LONGEST_PLAINTEXT) {
      throw new ServiceFault(
        'ValidationException',
        `Plaintext has ${plaintext.length} bytes, want 1 to ${LONGEST_PLAINTEXT}: use a data key`,
      );
    }
    const blob = sealFor(call, key, { plaintext, context: input.EncryptionContext });
    return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  },
});

const sealingKeyArn = (input: DecryptCommandInput): string | undefined =>
  input.CiphertextBlob === undefined ? undefined : sealedUnder(input.CiphertextBlob);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html : the key is read from the blob; a KeyId must be that key */
const decrypt = operation<DecryptCommandInput, Output<DecryptCommandOutput>>({
  checks: (input, call) =>
    contextCheck(
      'Decrypt',
      { KeyId: input.KeyId ?? sealingKeyArn(input) ?? '*', EncryptionContext: input.EncryptionContext },
      call,
    ),
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'Decrypt',
      members: ['KeyId', 'CiphertextBlob', 'EncryptionContext', 'EncryptionAlgorithm'],
    });
    acceptAlgorithm(input.EncryptionAlgorithm);
    const blob = required(input.CiphertextBlob, 'ciphertextBlob');
    const sealing = sealingKeyArn(input);
    if (sealing === undefined) throw invalidCiphertext();
    const key = usableKey(call, input.KeyId ?? sealing, 'Decrypt');
    if (key.arn !== sealing) {
      throw new ServiceFault(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    return {
      KeyId: key.arn,
      Plaintext: open(key, blob, input.EncryptionContext),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html : exactly one of KeySpec and NumberOfBytes */
const dataKeyBytes = (input: GenerateDataKeyWithoutPlaintextCommandInput, call: Call): Uint8Array => {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw new ServiceFault('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  const bytes = input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > 1024) {
    throw new ServiceFault('ValidationException', `NumberOfBytes ${bytes} is not valid: want 1 to 1024`);
  }
  const parts = Array.from({ length: Math.ceil(bytes / 64) }, () => call.ids.hex('kms-data-key', 128));
  return Buffer.from(parts.join(''), 'hex').subarray(0, bytes);
};

const generateDataKey = operation<GenerateDataKeyCommandInput, Output<GenerateDataKeyCommandOutput>>({
  checks: (input, call) => contextCheck('GenerateDataKey', input, call),
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'GenerateDataKey',
      members: ['KeyId', 'EncryptionContext', 'NumberOfBytes', 'KeySpec'],
    });
    const key = usableKey(call, input.KeyId, 'GenerateDataKey');
    const plaintext = dataKeyBytes(input, call);
    return {
      CiphertextBlob: sealFor(call, key, { plaintext, context: input.EncryptionContext }),
      Plaintext: plaintext,
      KeyId: key.arn,
    };
  },
});

const generateDataKeyWithoutPlaintext = operation<
  GenerateDataKeyWithoutPlaintextCommandInput,
  Output<GenerateDataKeyWithoutPlaintextCommandOutput>
>({
  checks: (input, call) => contextCheck('GenerateDataKeyWithoutPlaintext', input, call),
  run: (input, call) => {
    // Before a dry run is answered: it says whether the call would succeed, and with a disabled key it would not.
    // https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
    const key = usableKey(call, input.KeyId, 'GenerateDataKeyWithoutPlaintext');
    acceptInput(input, call, {
      operation: 'GenerateDataKeyWithoutPlaintext',
      members: ['KeyId', 'EncryptionContext', 'NumberOfBytes', 'KeySpec'],
    });
    const plaintext = dataKeyBytes(input, call);
    return {
      CiphertextBlob: sealFor(call, key, { plaintext, context: input.EncryptionContext }),
      KeyId: key.arn,
    };
  },
});

/** Operations of symmetric keys. */
export const encryptionOperations: Readonly<Record<string, Operation>> = {
  Encrypt: encrypt,
  Decrypt: decrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
};
