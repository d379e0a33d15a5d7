import { gunzipSync } from 'node:zlib';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Part } from '@cordon/incident';
import * as z from 'zod';
import { clientFor } from '../../aws/connection.ts';
import { CONTEXT_READS } from '../../needs/inspect.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident } from '../../services.ts';
import { keepRead, type Keeping } from './keep.ts';
import { readInspector } from './read-inspector.ts';
import { readInventory } from './read-inventory.ts';
import { readMemberView, type SeenIn } from './read-member-view.ts';

/** Values that one filter takes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
const MOST_GROUPS = 200;

const described = z.object({
  described: z.object({
    interfaces: z.array(
      z.object({ Groups: z.array(z.object({ GroupId: z.string().optional() })).optional() }),
    ),
  }),
});

/** The groups that the instance's interfaces were in before any change. @param context as inspect gave it */
const groupsIn = (context: string): readonly string[] => {
  const { interfaces } = described.parse(
    JSON.parse(gunzipSync(Buffer.from(context, 'base64')).toString('utf8')),
  ).described;
  const ids = interfaces.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []));
  return [...new Set(ids)];
};

/**
 * What changes soon after containment: the rules of the groups that the instance was in, which nobody here changes, what Systems Manager
 * says of its agent, which isolation may cut off, and its inventory; and what GuardDuty in the member, and Amazon Inspector, say of it now.
 * An instance that Systems Manager does not know is an empty list.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export const readAtOnce = async (
  keeping: Keeping,
  { context, finding }: { readonly context: string; readonly finding: SeenIn | undefined },
): Promise<readonly Part[]> => {
  const { incident, services } = keeping;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: CONTEXT_READS }),
  });
  return Promise.all([
    keepRead(keeping, 'security-groups.json', async () => {
      const ids = groupsIn(context);
      const { SecurityGroups = [] } =
        ids.length === 0
          ? {}
          : await clientFor(EC2Client, connection).send(
              new DescribeSecurityGroupsCommand({
                Filters: [{ Name: 'group-id', Values: ids.slice(0, MOST_GROUPS) }],
              }),
            );
      return { groupIds: ids, securityGroups: SecurityGroups };
    }),
    keepRead(keeping, 'systems-manager.json', async () => {
      const { InstanceInformationList: nodes = [] } = await clientFor(SSMClient, connection).send(
        new DescribeInstanceInformationCommand({
          Filters: [{ Key: 'InstanceIds', Values: [incident.instanceId] }],
        }),
      );
      return { managedNodes: nodes };
    }),
    readInventory(keeping, connection),
    readMemberView(keeping, { connection, finding }),
    readInspector(keeping),
  ]).then((parts) => parts.flat());
};
