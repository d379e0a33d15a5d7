import { ServiceFault } from '../../core/fault.ts';
import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { findManagedPolicy } from './managed-policies.ts';
import { compileDocument, type Document } from './policy-documents.ts';
import { iamState, type InstanceProfile, type ManagedPolicy, type Role } from './state.ts';

/** Where ids come from, and the virtual epoch milliseconds of creation. */
export interface Making {
  readonly ids: Ids;
  readonly now: number;
}

/** Length of what follows AROA, AIPA. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID_LENGTH = 17;

/** IAM's refusal of a name that is taken. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const alreadyExists = (message: string): ServiceFault =>
  new ServiceFault('EntityAlreadyExists', message, { status: 409 });

/** What a role is made from. */
export interface RoleSpec {
  readonly account: string;
  readonly name: string;
  /** `/` when absent; begins and ends with `/`. */
  readonly path?: string;
  readonly trust: Document;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, Document>>;
  /** ARNs of managed policies, which must exist. */
  readonly attached?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** 3600 when absent. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
  readonly maxSessionSeconds?: number;
  readonly boundaryArn?: string;
  readonly description?: string;
}

const pathOf = (path = '/'): string => {
  if (/^\/(?:[!-.0-~]+\/)*$/.test(path)) return path;
  throw new Error(`path ${path}: want one that begins and ends with /, such as /team/`);
};

/**
 * Adds a role to an account, without any API call.
 *
 * @throws PolicyError for a document that does not compile; Error for a name that is taken or a managed policy that does not exist
 */
export const addRole = (world: World, spec: RoleSpec, making: Making): Role => {
  const state = world.of(iamState, spec.account, '');
  if (state.roles.has(spec.name))
    throw alreadyExists(`account ${spec.account} has a role ${spec.name} already: choose another name`);
  const path = pathOf(spec.path);
  const attached = [...(spec.attached ?? [])];
  for (const arn of [...attached, ...(spec.boundaryArn === undefined ? [] : [spec.boundaryArn])]) {
    if (findManagedPolicy(state, arn) === undefined) {
      throw new Error(
        `role ${spec.name} in ${spec.account} names policy ${arn}, which does not exist: add the policy first`,
      );
    }
  }
  const inline = Object.entries(spec.inline ?? {}).map(
    ([name, document]) =>
      [
        name,
        compileDocument(state, document, {
          use: 'identity',
          name: inlineName(spec.account, spec.name, name),
        }),
      ] as const,
  );
  const role: Role = {
    arn: `arn:${world.facts.partition}:iam::${spec.account}:role${path}${spec.name}`,
    name: spec.name,
    path,
    roleId: `AROA${making.ids.base32('role', UNIQUE_ID_LENGTH)}`,
    createdAt: making.now,
    trust: compileDocument(state, spec.trust, { use: 'trust', name: trustName(spec.account, spec.name) }),
    maxSessionSeconds: spec.maxSessionSeconds ?? 3600,
    inline: new Map(inline),
    attached,
    tags: new Map(Object.entries(spec.tags ?? {})),
    ...(spec.boundaryArn === undefined ? {} : { boundaryArn: spec.boundaryArn }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
  };
  state.roles.set(role.name, role);
  return role;
};

/** How decisions name a role's trust policy; no inline policy can have the name, which a space divides. */
export const trustName = (account: string, role: string): string => `role ${account}/${role}: trust policy`;

/** How decisions name an inline policy of a role. */
export const inlineName = (account: string, role: string, policy: string): string =>
  `role ${account}/${role}: ${policy}`;

/** Adds a customer managed policy, attached to nothing yet. Throws when its ARN is taken or its document does not compile. */
export const addManagedPolicy = (
  world: World,
  spec: {
    readonly account: string;
    readonly name: string;
    readonly path?: string;
    readonly document: Document;
  },
): ManagedPolicy => {
  const state = world.of(iamState, spec.account, '');
  const arn = `arn:${world.facts.partition}:iam::${spec.account}:policy${pathOf(spec.path)}${spec.name}`;
  if (state.managedPolicies.has(arn))
    throw alreadyExists(`policy ${arn} exists already: choose another name`);
  const policy: ManagedPolicy = {
    arn,
    name: spec.name,
    document: compileDocument(state, spec.document, { use: 'identity', name: arn }),
  };
  state.managedPolicies.set(arn, policy);
  return policy;
};

/**
 * Adds an instance profile, with its one role when `roleName` is given.
 *
 * @throws Error when the name is taken or the role does not exist
 */
export const addInstanceProfile = (
  world: World,
  spec: {
    readonly account: string;
    readonly name: string;
    readonly path?: string;
    readonly roleName?: string;
    readonly tags?: Readonly<Record<string, string>>;
  },
  making: Making,
): InstanceProfile => {
  const state = world.of(iamState, spec.account, '');
  const path = pathOf(spec.path);
  if (state.instanceProfiles.has(spec.name))
    throw alreadyExists(
      `account ${spec.account} has an instance profile ${spec.name} already: choose another name`,
    );
  if (spec.roleName !== undefined && !state.roles.has(spec.roleName)) {
    throw new Error(
      `instance profile ${spec.name} in ${spec.account} names role ${spec.roleName}, which does not exist: add the role first`,
    );
  }
  const profile: InstanceProfile = {
    arn: `arn:${world.facts.partition}:iam::${spec.account}:instance-profile${path}${spec.name}`,
    name: spec.name,
    path,
    profileId: `AIPA${making.ids.base32('instance-profile', UNIQUE_ID_LENGTH)}`,
    roleNames: spec.roleName === undefined ? [] : [spec.roleName],
    createdAt: making.now,
    tags: new Map(Object.entries(spec.tags ?? {})),
  };
  state.instanceProfiles.set(profile.name, profile);
  return profile;
};
