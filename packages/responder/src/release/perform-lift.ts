import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import type { IncidentRef, LiftKind, LiftOf, ReleaseFacts, ReleaseOutcome, ToLift } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { attempt } from '../steps/attempt.ts';
import type { Act, Ground } from './act.ts';
import { actClassicBalancer, actTarget } from './act-balancers.ts';
import { actProfile, actQuarantineProfile } from './act-credentials.ts';
import { actBound, actChainedDeny, actSessionDeny } from './act-denies.ts';
import { actDnsBlock, actDnsObjects } from './act-dns.ts';
import {
  actAttribute,
  actAutoScaling,
  actDeleteOnTermination,
  actMetadata,
  actStart,
  actTags,
  actReplacement,
} from './act-instance.ts';
import {
  actAclEntries,
  actClosedAcl,
  actConnectionTimeout,
  actEmptyTable,
  actInternetGateway,
  actSubnetAcl,
  actSubnetRoutes,
} from './act-paths.ts';
import { actVolumes } from './act-volumes.ts';
import { actAddress, actGroups, actIsolationGroup, actPublicIp } from './act-network.ts';

/** How each kind is performed: a further undo of the plan adds its own here, and the compiler asks for it. */
const ACTS: { readonly [Kind in LiftKind]: Act<Kind> } = {
  'attach-volumes': actVolumes,
  'start-instance': actStart,
  'lift-chained-deny': actChainedDeny,
  'restore-metadata-options': actMetadata,
  'bound-session-deny': actBound,
  'lift-session-deny': actSessionDeny,
  'end-quarantine-profile': actQuarantineProfile,
  'restore-profile': actProfile,
  'associate-address': actAddress,
  'assign-public-ip': actPublicIp,
  'attach-internet-gateway': actInternetGateway,
  'restore-subnet-routes': actSubnetRoutes,
  'restore-subnet-acl': actSubnetAcl,
  'remove-acl-entries': actAclEntries,
  'unblock-dns': actDnsBlock,
  'remove-dns-block': actDnsObjects,
  'restore-connection-timeout': actConnectionTimeout,
  'remove-closed-acl': actClosedAcl,
  'remove-empty-table': actEmptyTable,
  'restore-groups': actGroups,
  'restore-delete-on-termination': actDeleteOnTermination,
  'restore-attribute': actAttribute,
  'attach-to-auto-scaling': actAutoScaling,
  'keep-replacement': actReplacement,
  'register-target': actTarget,
  'register-with-classic-balancer': actClassicBalancer,
  'remove-isolation-group': actIsolationGroup,
  'remove-tags': actTags,
};

/** For which incident, with what, and as what was read. */
export interface Lifting {
  readonly services: Services;
  readonly incident: IncidentRef;
  readonly facts: ReleaseFacts;
}

const groundOf = (
  { services, incident, facts }: Lifting,
  { on, doneAt = facts.instance.readAt }: Pick<ToLift, 'on' | 'doneAt'>,
  drifted: boolean,
): Ground => {
  const { partition } = services;
  const { account, region, incidentId, instanceId } = incident;
  const arn =
    (service: string) =>
    (rest: string): string =>
      `arn:${partition}:${service}:${region}:${account}:${rest}`;
  return {
    incidentId,
    instanceId,
    facts,
    on,
    doneAt,
    partition,
    now: services.now(),
    drifted,
    denyPolicyArn: sessionDenyPolicyArn({ partition, account }),
    ec2Arn: arn('ec2'),
    kmsArn: arn('kms'),
    autoScalingArn: arn('autoscaling'),
    balancerArn: arn('elasticloadbalancing'),
    resolverArn: arn('route53resolver'),
  };
};

const act = async <Kind extends LiftKind>(
  kind: Kind,
  lift: LiftOf<Kind>,
  { lifting, ground }: { readonly lifting: Lifting; readonly ground: Ground },
): Promise<string> => {
  const how = ACTS[kind];
  const connection = await lifting.services.reach({
    ...ofIncident(lifting.services, lifting.incident),
    duty: 'release',
    policy: sessionPolicy({ reads: how.reads ?? [], on: how.on(lift, ground) }),
  });
  return how.act(lift, {
    ...ground,
    ec2: clientFor(EC2Client, connection),
    iam: clientFor(IAMClient, connection),
    autoScaling: clientFor(AutoScalingClient, connection),
    balancers: clientFor(ElasticLoadBalancingV2Client, connection),
    classicBalancers: clientFor(ElasticLoadBalancingClient, connection),
    resolver: clientFor(Route53ResolverClient, connection),
  });
};

/** Performs one lift in a session of its own, which may touch what the lift names and nothing else. A fault is an outcome. */
export const performLift = async (
  { id, lift, ...said }: ToLift,
  of: Lifting,
  drifted: boolean,
): Promise<ReleaseOutcome> => {
  // What belongs to the owner of a shared subnet is lifted in that account.
  const lifting = 'account' in lift ? { ...of, incident: { ...of.incident, account: lift.account } } : of;
  const ground = groundOf(lifting, said, drifted);
  const { on: _on, ...outcome } = await attempt(id, lifting.services, () =>
    act(lift.kind, lift, { lifting, ground }),
  );
  return outcome;
};
