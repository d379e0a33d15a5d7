import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';

/** A role of one account. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `AROA...` */
  readonly roleId: string;
  readonly createdAt: number;
  trust: CompiledPolicy;
  readonly maxSessionSeconds: number;
  readonly inline: Map<string, CompiledPolicy>;
  /** ARNs of attached managed policies, in order of attachment. */
  readonly attached: string[];
  readonly tags: Map<string, string>;
  readonly boundaryArn?: string;
  readonly description?: string;
}

/** A device that gives one-time codes, as a user registered it. */
export interface MfaDevice {
  /** `arn:aws:iam::<account>:mfa/<name>`. */
  readonly serialNumber: string;
  readonly secret: string;
  /** The last of its codes that was taken, by its time step. */
  lastStep: number;
}

/** An IAM user of one account. */
export interface User {
  readonly arn: string;
  readonly name: string;
  /** `AIDA...` */
  readonly userId: string;
  readonly inline: ReadonlyMap<string, CompiledPolicy>;
  readonly device?: MfaDevice;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly document: CompiledPolicy;
}

export interface InstanceProfile {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `AIPA...` */
  readonly profileId: string;
  readonly roleNames: readonly string[];
  /** Virtual epoch milliseconds; the beginning of the epoch when absent. */
  readonly createdAt?: number;
  readonly tags?: ReadonlyMap<string, string>;
}

/** IAM of one account (global: the same in every Region). */
export interface IamState {
  readonly roles: Map<string, Role>;
  readonly users: Map<string, User>;
  readonly managedPolicies: Map<string, ManagedPolicy>;
  readonly instanceProfiles: Map<string, InstanceProfile>;
  /** The JSON text from which a policy of this account was compiled, as it is given back to readers. */
  readonly texts: WeakMap<CompiledPolicy, string>;
}

/** Roles and users by name, managed policies by ARN, instance profiles by name. */
export const iamState = defineState<IamState>('iam', 'account', () => ({
  roles: new Map(),
  users: new Map(),
  managedPolicies: new Map(),
  instanceProfiles: new Map(),
  texts: new WeakMap(),
}));

/** The role with this ARN, whatever its path. */
export const roleByArn = (state: IamState, arn: string): Role | undefined =>
  [...state.roles.values()].find((role) => role.arn === arn);
