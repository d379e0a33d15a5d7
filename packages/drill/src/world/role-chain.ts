import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  addManagedPolicy,
  addRole,
  iamState,
  instanceCredentials,
  type Organization,
} from '@cordon/local-aws';
import type { RoleChain, Suspect } from '../run-record.ts';

/** What the attacker calls itself: as a job of the house might. */
const ATTACKERS_NAME = 'nightly-report';
const SIBLINGS_NAME = 'web-publisher';

/**
 * A role in another account that the first suspect's role may assume, as its healthy siblings need it. Undefined where there is no
 * sibling, or no other account.
 */
export const furnishRoleChain = (
  { world, ids, timeline }: Organization,
  [suspect]: readonly Suspect[],
  {
    account,
    names,
  }: { readonly account: string | undefined; readonly names: 'names-differ' | 'shared-name' },
): RoleChain | undefined => {
  const [siblingId] = suspect?.siblings ?? [];
  if (suspect?.roleArn === undefined || siblingId === undefined) return undefined;
  if (account === undefined || account === suspect.account) return undefined;
  const allow = (Action: string, more: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, ...more }],
  });
  const { arn: roleArn } = addRole(
    world,
    {
      account,
      name: 'publisher',
      path: '/site/',
      trust: allow('sts:AssumeRole', { Principal: { AWS: suspect.roleArn } }),
      inline: { publish: allow('s3:PutObject', { Resource: `arn:aws:s3:::site-${account}/*` }) },
    },
    { ids, now: timeline.now() },
  );
  const own = world.of(iamState, suspect.account, '').roles.get(suspect.roleArn.split('/').at(-1) ?? '');
  const mayPublish = addManagedPolicy(world, {
    account: suspect.account,
    name: 'may-publish',
    document: allow('sts:AssumeRole', { Resource: roleArn }),
  });
  own?.attached.push(mayPublish.arn);
  return {
    roleArn,
    suspectId: suspect.instanceId,
    attackersSession: names === 'shared-name' ? SIBLINGS_NAME : ATTACKERS_NAME,
    siblingId,
    siblingsSession: SIBLINGS_NAME,
  };
};

/** Both assume the role, with calls like any other: the sibling from where it is, the attacker from elsewhere with what it took. */
export const assumeByChain = async (
  organization: Organization,
  suspects: readonly Suspect[],
  chain: RoleChain,
): Promise<void> => {
  const at = suspects.find(({ instanceId }) => instanceId === chain.suspectId);
  if (at === undefined) return;
  const { account, region } = at;
  const assume = async (
    instanceId: string,
    RoleSessionName: string,
    from: 'instance' | 'elsewhere',
  ): Promise<void> => {
    const credentials = instanceCredentials(organization, { account, region, instanceId }, from);
    const sts = new STSClient({
      region,
      credentials,
      requestHandler: organization.requestHandler,
      maxAttempts: 1,
    });
    await organization.during(() =>
      sts.send(new AssumeRoleCommand({ RoleArn: chain.roleArn, RoleSessionName })),
    );
  };
  await assume(chain.siblingId, chain.siblingsSession, 'elsewhere');
  await assume(chain.suspectId, chain.attackersSession, 'elsewhere');
};
