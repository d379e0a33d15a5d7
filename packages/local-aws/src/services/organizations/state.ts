import type { CreateAccountStatus } from '@aws-sdk/client-organizations';
import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';

type Levels = readonly (readonly CompiledPolicy[])[];

/** A control policy and the node of the organization that it is attached to. */
export interface ControlPolicyAttachment {
  readonly kind: 'SCP' | 'RCP';
  /** The node's path, such as `o-abc/r-abc/ou-abc/`; an account's ends with its id, as in `o-abc/r-abc/ou-abc/111122223333/`. */
  readonly node: string;
  readonly policy: CompiledPolicy;
  readonly name: string;
  /** As it was written. */
  readonly document: object;
}

/** A control policy that a template made. */
export interface ControlPolicy {
  /** `p-...` */
  readonly policyId: string;
  readonly arn: string;
  readonly kind: ControlPolicyAttachment['kind'];
  readonly name: string;
  readonly document: object;
  readonly description?: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What the organization knows of an account besides the facts that every service sees. */
export interface AccountDetails {
  readonly email: string;
  /** Virtual epoch milliseconds. */
  readonly joinedAt: number;
  readonly joinedMethod: 'CREATED' | 'INVITED';
}

/** What is known of an organizational unit beside its place. */
export interface UnitDetails {
  readonly name: string;
  /** Such as `o-abc/r-abc/ou-abc/`. */
  readonly path: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** Control policies of the organization, by target. */
export interface OrganizationState {
  /** Service control policies per level from the root to the account; no levels where the feature is off. */
  serviceControlFor: (account: string) => Levels;
  /** Resource control policies, likewise. */
  resourceControlFor: (account: string) => Levels;
  /** What `attachControlPolicy` has attached, in order. */
  readonly attachments: ControlPolicyAttachment[];
  /** Policies that templates made, by name. */
  readonly policies: Map<string, ControlPolicy>;
  /** Details by account id; an account without them is listed without e-mail address and date. */
  readonly details: Map<string, AccountDetails>;
  /** Units by id; one without details is named as its id and has no tags. */
  readonly units: Map<string, UnitDetails>;
  /** Tags of accounts by account id. */
  readonly accountTags: Map<string, ReadonlyMap<string, string>>;
  /** Service principals that the organization trusts. */
  readonly trustedServices: Set<string>;
  /** Delegated administrators by service principal. */
  readonly delegations: Map<string, Set<string>>;
  /** Regions that an account has not opted in to, or has disabled; StackSets alone look at them. */
  readonly disabledRegions: Map<string, ReadonlySet<string>>;
  /** Requests for accounts, by their ids. */
  readonly createRequests: Map<string, CreateAccountStatus>;
}

/** Held once for the organization. */
export const organizationState = defineState<OrganizationState>('organizations', 'organization', () => ({
  serviceControlFor: () => [],
  resourceControlFor: () => [],
  attachments: [],
  policies: new Map(),
  details: new Map(),
  units: new Map(),
  accountTags: new Map(),
  trustedServices: new Set(),
  delegations: new Map(),
  disabledRegions: new Map(),
  createRequests: new Map(),
}));
