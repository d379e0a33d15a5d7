import type { ResourcePolicy, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { createKey } from './create-key.ts';
import { encryptionOperations } from './encryption.ts';
import { grantOperations } from './grants.ts';
import { keyOperations } from './key-operations.ts';
import { keyPolicyOperations } from './key-policies.ts';
import { kmsResourceImports } from './resource-imports.ts';
import { kmsResourceRemoval } from './resource-removal.ts';
import { kmsResourceTypes } from './resource-types.ts';
import { signingOperations } from './signing.ts';
import { kmsState } from './state.ts';

const KEY_ARN = /^arn:[^:]+:kms:([^:]+):(\d{12}):key\/(.+)$/;

/**
 * A key's policy and grants. Identity policies never suffice for a key: its policy must let them.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
const resourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const [, region, account, keyId] = KEY_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || keyId === undefined) return undefined;
  const key = world.of(kmsState, account, region).keys.get(keyId);
  return key === undefined ? undefined : { policy: key.policy, grants: key.grants, mode: 'must-allow' };
};

/** AWS Key Management Service, as far as evidence needs it. ReEncrypt answers 501. */
export const kmsService: Service = {
  name: 'kms',
  operations: {
    CreateKey: createKey,
    ...keyOperations,
    ...keyPolicyOperations,
    ...grantOperations,
    ...signingOperations,
    ...encryptionOperations,
  },
  resourceTypes: kmsResourceTypes,
  resourceRemoval: kmsResourceRemoval,
  resourceImports: kmsResourceImports,
  resourcePolicy,
};
