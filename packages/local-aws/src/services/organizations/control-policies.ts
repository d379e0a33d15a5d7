import { compile, PolicyError, type CompiledPolicy } from '@cordon/iam';
import type { World } from '../../core/world.ts';
import { organizationState, type ControlPolicyAttachment } from './state.ts';

type Kind = ControlPolicyAttachment['kind'];

/** Characters of one policy. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const SIZE_LIMIT = 5120;

/** Policies of one kind attached directly to one node, FullAWSAccess included. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const PER_NODE_LIMIT = 5;

/**
 * What AWS attaches to every node when a kind of policy is enabled.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export const FULL_ACCESS_TEXTS: Readonly<Record<Kind, ControlPolicyText>> = {
  SCP: {
    kind: 'SCP',
    name: 'FullAWSAccess',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  },
  RCP: {
    kind: 'RCP',
    name: 'RCPFullAWSAccess',
    document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    },
  },
};

/** The same, compiled. */
export const FULL_ACCESS: Readonly<Record<Kind, CompiledPolicy>> = {
  SCP: compile(FULL_ACCESS_TEXTS.SCP.document, 'SCP FullAWSAccess'),
  RCP: compile(FULL_ACCESS_TEXTS.RCP.document, 'RCP RCPFullAWSAccess'),
};

/** Where a control policy is attached: the root, an organizational unit by path (`o-abc/r-abc/ou-abc/`), or an account by id. */
export type ControlPolicyTarget =
  | { readonly kind: 'root' }
  | { readonly kind: 'ou'; readonly path: string }
  | { readonly kind: 'account'; readonly id: string };

/** Paths of all nodes from the root to the account: `o/r/`, `o/r/ou/`, ..., `o/r/ou/account/`. */
const nodesTo = (world: World, account: string): readonly string[] => {
  const path = world.accounts.get(account)?.path;
  if (path === undefined) return [];
  const parts = [...path.split('/').filter((part) => part !== ''), account];
  // The organization's own id is no node: the first is the root.
  return parts.slice(1).map((_, depth) => `${parts.slice(0, depth + 2).join('/')}/`);
};

/** The path of the organization's root, such as `o-abc/r-abc/`. Throws for an organization without accounts. */
export const rootPath = (world: World): string => {
  const [first] = world.accounts.values();
  if (first === undefined)
    throw new Error('the organization has no accounts: add them before its control policies');
  return `${first.path.split('/').slice(0, 2).join('/')}/`;
};

const nodeOf = (world: World, target: ControlPolicyTarget): string => {
  switch (target.kind) {
    case 'root':
      return rootPath(world);
    case 'ou': {
      if (!target.path.startsWith(rootPath(world)) || !target.path.endsWith('/')) {
        throw new Error(
          `organizational unit ${target.path}: want a path below ${rootPath(world)} that ends with /`,
        );
      }
      return target.path;
    }
    case 'account': {
      const account = world.accounts.get(target.id);
      if (account === undefined)
        throw new Error(`the organization has no account ${target.id}: add it before its control policies`);
      return `${account.path}${target.id}/`;
    }
  }
};

/** A customer's RCP may deny alone, and to everyone. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html */
const refuseWrongRcp = (policy: CompiledPolicy): void => {
  for (const { effect, principal, sid } of policy.statements) {
    const toAnyone =
      principal?.entries.every((entry) => entry.kind === 'anyone') === true && !principal.negated;
    if (effect !== 'Deny' || !toAnyone)
      throw new PolicyError(policy.name, `statement ${sid}: want Effect Deny and Principal "*"`);
  }
};

/** A control policy as it is written. `document` is its JSON (object); decisions name it by kind and `name`, such as `SCP no-iam`. */
export interface ControlPolicyText {
  readonly kind: Kind;
  readonly document: object;
  readonly name: string;
}

/**
 * Compiles a control policy, attached to nothing yet.
 *
 * @throws PolicyError for a document that does not compile, is too long or of the wrong form
 */
export const readControlPolicy = ({ kind, document, name }: ControlPolicyText): CompiledPolicy => {
  const size = JSON.stringify(document).length;
  if (size > SIZE_LIMIT)
    throw new PolicyError(
      `${kind} ${name}`,
      `has ${size} characters; at most ${SIZE_LIMIT} are allowed: split it`,
    );
  const policy = compile(document, `${kind} ${name}`);
  if (kind === 'RCP') refuseWrongRcp(policy);
  else if (policy.shape === 'names-principals')
    throw new PolicyError(policy.name, 'names principals; a service control policy must not');
  return policy;
};

/**
 * Attaches a service or resource control policy to a node of the organization. With the first of a kind, the kind is enabled:
 * from then on every node from the root to each account also has AWS's own policy which allows everything. An account that
 * joins later falls under what is attached to its path.
 *
 * @throws PolicyError as `readControlPolicy`; Error for an unknown target and for more policies than a node may have
 */
export const attachControlPolicy = (
  world: World,
  attached: ControlPolicyText & { readonly target: ControlPolicyTarget },
): void => {
  const { kind, name } = attached;
  const policy = readControlPolicy(attached);
  const node = nodeOf(world, attached.target);
  const state = world.of(organizationState, '', '');
  const here = state.attachments.filter((other) => other.kind === kind && other.node === node).length;
  if (here + 1 >= PER_NODE_LIMIT)
    throw new Error(
      `${kind} ${name}: ${node} has ${here} of that kind besides AWS's own; at most ${PER_NODE_LIMIT} in all are allowed`,
    );
  state.attachments.push({ kind, node, policy, name, document: attached.document });
  const levels = (account: string): readonly (readonly CompiledPolicy[])[] =>
    nodesTo(world, account).map((level) => [
      FULL_ACCESS[kind],
      ...state.attachments
        .filter((other) => other.kind === kind && other.node === level)
        .map((other) => other.policy),
    ]);
  if (kind === 'SCP') state.serviceControlFor = levels;
  else state.resourceControlFor = levels;
};
