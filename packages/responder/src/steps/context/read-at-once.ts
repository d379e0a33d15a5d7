import { gunzipSync } from 'node:zlib';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Part } from '@cordon/incident';
import * as z from 'zod';
import { faultLine } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { CONTEXT_READS } from '../../needs/inspect.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { instant, ofIncident } from '../../services.ts';
import { keep, sayMissing, type Keeping } from './keep.ts';

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

const part = async (keeping: Keeping, label: string, read: () => Promise<object>): Promise<Part> => {
  let body: object;
  try {
    body = { readAt: instant(keeping.services), ...(await read()) };
  } catch (error) {
    await sayMissing(keeping, label, faultLine(error));
    return { label, status: 'absent' };
  }
  return keep(keeping, label, body);
};

/**
 * What changes soon after containment: the rules of the groups that the instance was in, which nobody here changes, and what Systems Manager
 * says of its agent, which isolation may cut off. An instance that it does not know is an empty list.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export const readAtOnce = async (keeping: Keeping, context: string): Promise<readonly Part[]> => {
  const { incident, services } = keeping;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: CONTEXT_READS }),
  });
  return Promise.all([
    part(keeping, 'security-groups.json', async () => {
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
    part(keeping, 'systems-manager.json', async () => {
      const { InstanceInformationList: nodes = [] } = await clientFor(SSMClient, connection).send(
        new DescribeInstanceInformationCommand({
          Filters: [{ Key: 'InstanceIds', Values: [incident.instanceId] }],
        }),
      );
      return { managedNodes: nodes };
    }),
  ]);
};
