import type { CompiledPolicy } from '@cordon/iam';
import type { World } from './core/world.ts';
import { ec2State } from './services/ec2/state.ts';
import { eventsState } from './services/events/state.ts';
import { iamState } from './services/iam/state.ts';
import { kmsState } from './services/kms/state.ts';
import { compiledPolicyNow } from './services/lambda/permissions.ts';
import { lambdaState } from './services/lambda/state.ts';
import { organizationState } from './services/organizations/state.ts';
import { s3State } from './services/s3/state.ts';
import { snsState } from './services/sns/state.ts';
import { sqsState } from './services/sqs/state.ts';

/** One policy document of the organization, and what carries it. */
export interface PlacedPolicy {
  readonly kind:
    | 'identity'
    | 'managed'
    | 'trust'
    | 'key'
    | 'bucket'
    | 'queue'
    | 'topic'
    | 'bus'
    | 'function'
    | 'endpoint'
    | 'service-control'
    | 'resource-control';
  /** Account of what carries it; empty for a bucket and a control policy. */
  readonly account: string;
  /** What carries it, by the name that a person knows: a role, a key's alias or description, a queue, a control policy. */
  readonly of: string;
  /** ARN of what carries it; the node's path for a control policy. */
  readonly on: string;
  readonly policy: CompiledPolicy;
}

type Placed = readonly PlacedPolicy[];

const inIam = (world: World): Placed =>
  world.all(iamState).flatMap(({ account, state }) => [
    ...[...state.roles.values()].flatMap((role): Placed => [
      { kind: 'trust', account, of: role.name, on: role.arn, policy: role.trust },
      ...[...role.inline].map(([name, policy]) => ({
        kind: 'identity' as const,
        account,
        of: `${role.name}: ${name}`,
        on: role.arn,
        policy,
      })),
    ]),
    ...[...state.managedPolicies].map(([arn, { document }]) => ({
      kind: 'managed' as const,
      account,
      of: arn.slice(arn.lastIndexOf('/') + 1),
      on: arn,
      policy: document,
    })),
  ]);

const inKms = (world: World): Placed =>
  world.all(kmsState).flatMap(({ account, state }) =>
    [...state.keys.values()].map((key) => {
      const alias = [...state.aliases].find(([, keyId]) => keyId === key.keyId)?.[0];
      return { kind: 'key', account, of: alias ?? key.description, on: key.arn, policy: key.policy };
    }),
  );

const inMessaging = (world: World): Placed => [
  ...world
    .all(sqsState)
    .flatMap(({ account, state }) =>
      [...state.queues.values()].flatMap(({ name, arn, policy }): Placed =>
        policy === undefined ? [] : [{ kind: 'queue', account, of: name, on: arn, policy: policy.compiled }],
      ),
    ),
  ...world
    .all(snsState)
    .flatMap(({ account, state }) =>
      [...state.topics.values()].flatMap(({ name, arn, policy }): Placed =>
        policy === undefined ? [] : [{ kind: 'topic', account, of: name, on: arn, policy }],
      ),
    ),
  ...world
    .all(eventsState)
    .flatMap(({ account, state }) =>
      [...state.buses.values()].flatMap(({ name, arn, policy }): Placed =>
        policy === undefined ? [] : [{ kind: 'bus', account, of: name, on: arn, policy }],
      ),
    ),
];

const inCompute = (world: World): Placed => [
  ...world.all(lambdaState).flatMap(({ account, state }) =>
    [...state.functions.values()].flatMap((fn): Placed => {
      const policy = compiledPolicyNow(world, fn);
      return policy === undefined ? [] : [{ kind: 'function', account, of: fn.name, on: fn.arn, policy }];
    }),
  ),
  ...world.all(ec2State).flatMap(({ account, state }) =>
    [...state.vpcEndpoints.values()].map((endpoint) => ({
      kind: 'endpoint' as const,
      account,
      of: endpoint.serviceName,
      on: endpoint.endpointId,
      policy: endpoint.policy,
    })),
  ),
];

const inOrganizations = (world: World): Placed =>
  world.of(organizationState, '', '').attachments.map(({ kind, node, policy }) => ({
    kind: kind === 'SCP' ? 'service-control' : 'resource-control',
    account: '',
    of: policy.name,
    on: node,
    policy,
  }));

/** Every policy document of the world, in no particular order: of roles, keys, buckets, queues, functions, endpoints and nodes. */
export const policiesIn = (world: World): readonly PlacedPolicy[] => [
  ...inIam(world),
  ...inKms(world),
  ...[...world.of(s3State, '', '').buckets.values()].flatMap(({ name, arn, policy }): Placed =>
    policy === undefined ? [] : [{ kind: 'bucket', account: '', of: name, on: arn, policy: policy.compiled }],
  ),
  ...inMessaging(world),
  ...inCompute(world),
  ...inOrganizations(world),
];
