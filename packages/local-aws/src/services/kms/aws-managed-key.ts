import { createHash } from 'node:crypto';
import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { makeKey } from './make-key.ts';
import { kmsState, type Key } from './state.ts';

/** Services whose AWS managed key the local organization knows. */
export type ManagedService = 'ebs' | 's3' | 'ssm';

/** Narrows the last part of `alias/aws/<service>`. */
export const isManagedService = (service: string): service is ManagedService =>
  service === 'ebs' || service === 's3' || service === 'ssm';

const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** The principal name under which the service calls KMS, and what it may do there. */
const MANAGED = {
  ebs: { endpoint: 'ec2', actions: [...ACTIONS, 'kms:CreateGrant'] },
  s3: { endpoint: 's3', actions: ACTIONS },
  // https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
  ssm: { endpoint: 'ssm', actions: ACTIONS },
} as const satisfies Record<ManagedService, { endpoint: string; actions: readonly string[] }>;

/**
 * The policy of an AWS managed key: every principal of the account through the service in this Region, nobody else; the
 * account may look but not change. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-aws-managed.html
 */
const managedPolicy = (
  world: World,
  on: { account: string; region: string; service: ManagedService },
): object => {
  const { endpoint, actions } = MANAGED[on.service];
  return {
    Version: '2012-10-17',
    Id: `auto-${on.service}-2`,
    Statement: [
      {
        Sid: 'ThroughTheServiceForAllPrincipalsOfTheAccount',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions,
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:ViaService': `${endpoint}.${on.region}.amazonaws.com`,
            'kms:CallerAccount': on.account,
          },
        },
      },
      {
        Sid: 'DirectAccessToKeyMetadata',
        Effect: 'Allow',
        Principal: { AWS: `arn:${world.facts.partition}:iam::${on.account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  };
};

/** An id that does not depend on when the key is first named, so that runs that differ there still agree on it. */
const managedKeyId = (on: { account: string; region: string; service: ManagedService }): string => {
  const digits = createHash('sha256')
    .update(JSON.stringify([on.account, on.region, on.service]))
    .digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
};

/**
 * The AWS managed key `alias/aws/<service>` of an account and Region, made when it is first asked for.
 * https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html
 */
export const awsManagedKey = (
  world: World,
  on: { readonly account: string; readonly region: string; readonly service: ManagedService },
  making: { readonly ids: Ids; readonly now: number },
): Key => {
  const state = world.of(kmsState, on.account, on.region);
  const alias = `alias/aws/${on.service}`;
  const found = state.keys.get(state.aliases.get(alias) ?? '');
  if (found !== undefined) return found;
  const key = makeKey(
    world,
    {
      account: on.account,
      region: on.region,
      keyId: managedKeyId(on),
      manager: 'AWS',
      description: `Default key that protects ${on.service.toUpperCase()} data when no other key is defined`,
      policy: managedPolicy(world, on),
      rotates: true,
    },
    making,
  );
  state.aliases.set(alias, key.keyId);
  return key;
};
