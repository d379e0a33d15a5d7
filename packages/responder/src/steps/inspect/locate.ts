import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { parseRegion, type LocateInput, type LocateOutput } from '@cordon/incident';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { LOCATE_READS } from '../../needs/inspect.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import type { Services } from '../../services.ts';

/**
 * Looks for an instance in every Region that the member has enabled, side by side, and whether it carries a role. One
 * session serves them all: credentials of a Regional endpoint hold in every Region (aws-facts 5.4). Changes nothing.
 */
export const locateInstance = async ({ locate }: LocateInput, services: Services): Promise<LocateOutput> => {
  const home = await services.reach({
    partition: services.partition,
    account: locate.account,
    region: services.config.homeRegion,
    duty: 'inspect',
    incidentId: locate.incidentId,
    policy: sessionPolicy({ reads: LOCATE_READS }),
  });
  const { Regions = [] } = await clientFor(EC2Client, home).send(new DescribeRegionsCommand({}));
  const enabled = Regions.flatMap(({ RegionName }) =>
    RegionName === undefined ? [] : [parseRegion(RegionName)],
  );
  const found = await Promise.all(
    enabled.map(async (region) => {
      const connection = { ...home, region };
      const { Reservations = [] } = await clientFor(EC2Client, connection).send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [locate.instanceId] }] }),
      );
      return Reservations.length === 0 ? undefined : { region, connection };
    }),
  );
  const place = found.find((candidate) => candidate !== undefined);
  if (place === undefined) return {};
  const roleMatches =
    locate.roleName === undefined
      ? undefined
      : await carries(place.connection, locate.instanceId, locate.roleName);
  return { found: { region: place.region, ...(roleMatches === undefined ? {} : { roleMatches }) } };
};

const carries = async (connection: Connection, instanceId: string, roleName: string): Promise<boolean> => {
  const { IamInstanceProfileAssociations = [] } = await clientFor(EC2Client, connection).send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [{ Name: 'instance-id', Values: [instanceId] }],
    }),
  );
  const names = IamInstanceProfileAssociations.flatMap(
    ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.split('/').at(-1) ?? [],
  );
  const roles = await Promise.all(
    names.map(async (InstanceProfileName) => {
      const { InstanceProfile } = await clientFor(IAMClient, connection).send(
        new GetInstanceProfileCommand({ InstanceProfileName }),
      );
      return InstanceProfile?.Roles?.map((role) => role.RoleName) ?? [];
    }),
  );
  return roles.flat().includes(roleName);
};
