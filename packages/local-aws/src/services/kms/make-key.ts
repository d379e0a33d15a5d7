import { compile } from '@cordon/iam';
import { p256 } from '@noble/curves/nist.js';
import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { kmsState, type Key } from './state.ts';

/** What a new key is like; what is left out is as CreateKey would have it. */
export interface KeyDescription {
  readonly account: string;
  readonly region: string;
  readonly keyId?: string;
  readonly manager?: Key['manager'];
  readonly spec?: Key['spec'];
  readonly description?: string;
  /** The key policy: JSON text, or the document. */
  readonly policy?: object | string;
  readonly rotates?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly state?: 'Enabled' | 'Disabled';
}

/** Bytes of seed that give a P-256 scalar without bias. */
const SCALAR_SEED_BYTES = 48;

/** The policy of a key made without one. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const defaultPolicy = (partition: string, account: string): object => ({
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/** Puts a new key into the world; its material follows from the seed. Throws PolicyError for a policy that does not compile. */
export const makeKey = (
  world: World,
  on: KeyDescription,
  making: { readonly ids: Ids; readonly now: number },
): Key => {
  const { ids, now } = making;
  const keyId = on.keyId ?? ids.uuid('kms-key');
  const arn = `arn:${world.facts.partition}:kms:${on.region}:${on.account}:key/${keyId}`;
  const policy = on.policy ?? defaultPolicy(world.facts.partition, on.account);
  const policyText = typeof policy === 'string' ? policy : JSON.stringify(policy);
  const spec = on.spec ?? 'SYMMETRIC_DEFAULT';
  const secret = Buffer.from(ids.hex('kms-material', SCALAR_SEED_BYTES * 2), 'hex');
  const key: Key = {
    keyId,
    arn,
    manager: on.manager ?? 'CUSTOMER',
    spec,
    usage: spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY',
    createdAt: now,
    description: on.description ?? '',
    tags: new Map(Object.entries(on.tags ?? {})),
    policy: compile(JSON.parse(policyText), arn),
    policyText,
    rotates: on.rotates ?? false,
    state: on.state ?? 'Enabled',
    grants: [],
    ...(spec === 'SYMMETRIC_DEFAULT'
      ? { material: secret.subarray(0, 32) }
      : { privateKey: p256.utils.randomSecretKey(secret) }),
  };
  world.of(kmsState, on.account, on.region).keys.set(keyId, key);
  return key;
};
