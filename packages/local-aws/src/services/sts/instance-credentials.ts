import type { Caller, Credentials, Host } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { ec2State } from '../ec2/state.ts';
import { iamState } from '../iam/state.ts';
import { instanceSession } from './instance-session.ts';

/** An instance of the world. */
export interface InstancePlace {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
}

/** What the credentials of an instance come from: an organization, or a part of one. */
interface Giving {
  readonly world: World;
  readonly timeline: Timeline;
  readonly host: Host;
}

/** "typically 6 hours". https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const VALID_SECONDS = 21_600;

/** The role of the profile that is associated by now; credentials of one that is being taken away are given until it is gone. */
const roleNameOf = (world: World, { account, region, instanceId }: InstancePlace): string | undefined => {
  const association = [...world.of(ec2State, account, region).profileAssociations.values()].find(
    (held) => held.instanceId === instanceId && ['associated', 'disassociating'].includes(held.state),
  );
  const profiles = [...world.of(iamState, account, '').instanceProfiles.values()];
  return profiles.find(({ arn }) => arn === association?.profileArn)?.roleNames[0];
};

/**
 * Why the metadata service of an instance gives no credentials now; undefined when it gives some. It needs an instance that runs, an
 * endpoint that is enabled, a profile with a role, and a role that lets EC2 assume it. A profile that is still being associated
 * gives none yet (UNCONFIRMED). Credentials that were given before stay as they are, whatever this says.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
 */
export const credentialsRefusal = ({ world, host }: Giving, on: InstancePlace): string | undefined => {
  const instance = world.of(ec2State, on.account, on.region).instances.get(on.instanceId);
  if (instance === undefined) return `account ${on.account} has no instance ${on.instanceId} in ${on.region}`;
  if (instance.state !== 'running') return `instance ${on.instanceId} is ${instance.state}`;
  if (instance.metadataOptions.httpEndpoint === 'disabled')
    return `the metadata endpoint of instance ${on.instanceId} is disabled`;
  const role = world.of(iamState, on.account, '').roles.get(roleNameOf(world, on) ?? '');
  if (role === undefined) return `instance ${on.instanceId} has no associated profile with a role`;
  const arn = `arn:${world.facts.partition}:ec2:${on.region}:${on.account}:instance/${on.instanceId}`;
  const check = { action: 'sts:AssumeRole', resource: role.arn, account: on.account };
  const { verdict } = host.decideFor(serviceCaller(world, 'ec2.amazonaws.com', arn), on.region, check);
  return verdict === 'allow' ? undefined : `role ${role.arn} does not let ec2.amazonaws.com assume it`;
};

/**
 * Who the credentials make of whoever works on the instance; ask `credentialsRefusal` first.
 *
 * @throws Error when the instance has no profile with a role
 */
export const instanceCaller = ({ world, timeline }: Omit<Giving, 'host'>, on: InstancePlace): Caller =>
  instanceSession(world, { ...on, roleName: roleNameOf(world, on) ?? '' }, timeline.now());

/**
 * Credentials as the metadata service of an instance gives them now, for whoever works on the instance. Every call gives new ones, issued
 * now: AWS's serves the same until shortly before they expire, so that what holds against these holds against those.
 *
 * @param from `elsewhere` for a thief who uses them outside of the instance's VPC; `instance` when absent
 * @throws Error with `credentialsRefusal`'s reason
 */
export const instanceCredentials = (
  giving: Giving,
  on: InstancePlace,
  from: 'instance' | 'elsewhere' = 'instance',
): Credentials => {
  const refusal = credentialsRefusal(giving, on);
  if (refusal !== undefined) throw new Error(`no credentials: ${refusal}`);
  const { within, ...session } = instanceCaller(giving, on);
  const caller = from === 'instance' && within !== undefined ? { ...session, within } : session;
  return giving.host.issueCredentials(caller, VALID_SECONDS);
};
