import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import type { LocateInput, LocateOutput, Region } from '@cordon/incident';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { VERIFY_READS } from '../../needs/inspect.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import type { Services } from '../../services.ts';

/** Looks for an instance in every configured Region of an account, side by side, and whether it carries a role. Changes nothing. */
export const locateInstance = async ({ locate }: LocateInput, services: Services): Promise<LocateOutput> => {
  const found = await Promise.all(
    services.config.regions.map(async (region) => {
      const connection = await services.reach({
        partition: services.partition,
        account: locate.account,
        region,
        duty: 'inspect',
        incidentId: locate.incidentId,
        policy: sessionPolicy({ reads: ['ec2:DescribeInstances', ...VERIFY_READS] }),
      });
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
  return {
    found: { region: place.region satisfies Region, ...(roleMatches === undefined ? {} : { roleMatches }) },
  };
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
