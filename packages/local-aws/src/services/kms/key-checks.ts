import type { Call, Check } from '../../core/operation.ts';
import type { KeyTarget } from './key-target.ts';

/** Condition keys and their values. */
export type Context = Record<string, string | readonly string[]>;

/** Condition keys that describe the key. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
const keyContext = (target: KeyTarget): Context => {
  const context: Context = {};
  if (target.aliases.length > 0) context['kms:ResourceAliases'] = target.aliases;
  if (target.key === undefined) return context;
  context['kms:KeySpec'] = target.key.spec;
  context['kms:KeyUsage'] = target.key.usage;
  context['kms:KeyOrigin'] = 'AWS_KMS';
  context['kms:MultiRegion'] = 'false';
  for (const [name, value] of target.key.tags) context[`aws:ResourceTag/${name}`] = value;
  return context;
};

/** Cryptographic operations under a symmetric key. */
const SYMMETRIC = new Set([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
]);

/** Operations that a request may name a key to by an alias. */
const TAKES_ALIAS = new Set([...SYMMETRIC, 'DescribeKey', 'GetPublicKey', 'Sign', 'Verify']);

/** Keys of the kind of operation. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (kms:RequestAlias, kms:EncryptionAlgorithm) */
const operationContext = (action: string, { requestAlias, key }: KeyTarget): Context => ({
  ...(requestAlias === undefined || !TAKES_ALIAS.has(action) ? {} : { 'kms:RequestAlias': requestAlias }),
  // Of symmetric keys the only one, whether a request names it or not.
  ...(SYMMETRIC.has(action) && key?.spec === 'SYMMETRIC_DEFAULT'
    ? { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' }
    : {}),
});

/** Condition keys of an encryption context. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context */
export const encryptionContextKeys = (pairs: Readonly<Record<string, string>> | undefined): Context => {
  const context: Context = {};
  const names = Object.keys(pairs ?? {});
  if (names.length > 0) context['kms:EncryptionContextKeys'] = names;
  for (const [name, value] of Object.entries(pairs ?? {})) context[`kms:EncryptionContext:${name}`] = value;
  return context;
};

/**
 * The check that KMS makes for one action on one key, whether the key exists or not.
 *
 * @param action such as `CreateGrant`, without the prefix
 * @param on the key, and condition keys of this request (`kms:ViaService`, `kms:GrantOperations`, ...)
 */
export const keyCheck = (
  call: { readonly caller: Pick<Call['caller'], 'account'> },
  action: string,
  on: { readonly target: KeyTarget; readonly context?: Context },
): Check => ({
  action: `kms:${action}`,
  resource: on.target.arn,
  account: on.target.account,
  context: {
    'kms:CallerAccount': call.caller.account,
    ...operationContext(action, on.target),
    ...keyContext(on.target),
    ...on.context,
  },
});
