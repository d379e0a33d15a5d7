import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import { addRole, iamState, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

/** The organization's own break-glass role of a member account, which the guardrails let through; made when it is first needed. */
const breakGlassOf = ({ world, ids, timeline }: Organization, account: string): string => {
  const held = world.of(iamState, account, '').roles.get(BREAK_GLASS_ROLE_NAME);
  if (held !== undefined) return held.arn;
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  return addRole(
    world,
    {
      account,
      name: BREAK_GLASS_ROLE_NAME,
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } },
        ],
      },
      inline: { all: { Version: '2012-10-17', Statement: [statement] } },
    },
    { ids, now: timeline.now() },
  ).arn;
};

/** An administrator whom no guardrail binds puts an interface of the suspect into other groups, by a call like any other. */
export const callGroupsBack = async (
  organization: Organization,
  suspect: Suspect,
  { networkInterfaceId, groups }: { readonly networkInterfaceId: string; readonly groups: readonly string[] },
): Promise<void> => {
  const { timeline, requestHandler } = organization;
  const { account, region } = suspect;
  // Time stands still until the reply is here, as for any other process.
  let waits = false;
  const forget = timeline.add({ name: BREAK_GLASS_ROLE_NAME, blocked: () => waits });
  const handle: typeof requestHandler.handle = async (request, options) => {
    waits = true;
    timeline.touch();
    const answered = await requestHandler.handle(request, options);
    waits = false;
    return answered;
  };
  try {
    await new EC2Client({
      region,
      credentials: organization.credentialsFor(account, { arn: breakGlassOf(organization, account) }),
      requestHandler: { ...requestHandler, handle },
      maxAttempts: 1,
    }).send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        Groups: [...groups],
      }),
    );
  } finally {
    forget();
  }
};
