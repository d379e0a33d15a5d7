import { addInstanceProfile, addRole, iamState, type Organization } from '@cordon/local-aws';
import type { NamedInstance } from '../raw/raw-finding.ts';
import { textAt } from '../raw/raw-json.ts';

/** What the agent needs, as AmazonSSMManagedInstanceCore gives it. https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html */
const AGENT = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      Resource: '*',
    },
  ],
};

const NAME_OF_PROFILE = /^[\w+=,.@-]{1,100}$/;

/** The role of a profile: the one whose session a finding is about, or one whose name is another than the profile's. */
const furnishRole = (
  organization: Organization,
  { account, name, managed }: { readonly account: string; readonly name: string; readonly managed: boolean },
) =>
  organization.world.of(iamState, account, '').roles.get(name) ??
  addRole(
    organization.world,
    {
      account,
      name,
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      inline: {
        ...(managed ? { agent: AGENT } : {}),
        workload: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['s3:GetObject', 's3:PutObject'],
              Resource: `arn:aws:s3:::workload-${account}/*`,
            },
          ],
        },
      },
    },
    { ids: organization.ids, now: organization.timeline.now() },
  );

/**
 * The profile that the finding names, with a role whose name is another: the two are never the same by rule. A finding
 * about a credential names the role instead, and the profile is made around it where no other is named.
 */
export const furnishProfile = (
  organization: Organization,
  { account, details, roleName }: NamedInstance,
  { managed }: { readonly managed: boolean },
) => {
  const named = textAt(details, 'iamInstanceProfile', 'arn')?.split('/').at(-1);
  const profileName = named !== undefined && NAME_OF_PROFILE.test(named) ? named : roleName;
  if (profileName === undefined) return undefined;
  const role = furnishRole(organization, {
    account,
    name: roleName ?? `${profileName}-workload`,
    managed,
  });
  const { instanceProfiles } = organization.world.of(iamState, account, '');
  const holds = (name: string): boolean =>
    instanceProfiles.get(name)?.roleNames.includes(role.name) !== false;
  // Another finding may have given the profile another role already: a profile holds one.
  const name = holds(profileName) ? profileName : role.name;
  const profile =
    instanceProfiles.get(name) ??
    addInstanceProfile(
      organization.world,
      { account, name, roleName: role.name },
      { ids: organization.ids, now: organization.timeline.now() },
    );
  return { arn: profile.arn, profileId: profile.profileId, roleArn: role.arn };
};
