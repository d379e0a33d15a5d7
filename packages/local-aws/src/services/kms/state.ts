import type { CompiledPolicy, Grant } from '@cordon/iam';
import { defineState } from '../../core/world.ts';

/** A grant on a key; the engine reads what it inherits from Grant. */
export interface KmsGrant extends Grant {
  readonly grantId: string;
  readonly name?: string;
  readonly retiringPrincipal?: string;
  readonly issuingAccount: string;
  /** Virtual epoch ms. */
  readonly createdAt: number;
  /** Every token that CreateGrant has given for it. */
  readonly tokens: string[];
}

/** A KMS key with its policy, state and grants. */
export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly spec: 'SYMMETRIC_DEFAULT' | 'ECC_NIST_P256';
  readonly usage: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY';
  readonly createdAt: number;
  readonly description: string;
  readonly tags: Map<string, string>;
  policy: CompiledPolicy;
  /** The key policy as it was given, JSON text. */
  policyText: string;
  /** Automatic rotation; kept for DescribeKey's siblings, of no effect on use. */
  readonly rotates: boolean;
  /** Virtual epoch ms at which a key pending deletion goes. */
  deletionAt?: number;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  readonly grants: KmsGrant[];
  /** Private scalar of an asymmetric key, from the seed. */
  readonly privateKey?: Uint8Array;
  /** Key material of a symmetric key, from the seed. */
  readonly material?: Uint8Array;
}

/** KMS in one account and Region. */
export interface KmsState {
  readonly keys: Map<string, Key>;
  /** `alias/name` to key id. */
  readonly aliases: Map<string, string>;
}

/** Keys by id, aliases by `alias/name`. */
export const kmsState = defineState<KmsState>('kms', 'regional', () => ({
  keys: new Map(),
  aliases: new Map(),
}));
