import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { IncidentRef, OpenPath } from '@cordon/incident';
import { clientFor, type Connection } from '../aws/connection.ts';

/** What one look saw. */
export interface Look {
  readonly open: readonly OpenPath[];
  /** True when what is open may still close by itself (a state in transition). */
  readonly maySettle: boolean;
  /** The subnets of the interfaces, where it looked at them. */
  readonly subnetIds?: readonly string[];
  readonly stopped?: boolean;
}

/** Whether it runs still, and whether the metadata service is off, where the plan turns it off: a change is pending for a while. */
export const lookAtHost = async (
  connection: Connection,
  { instanceId }: IncidentRef,
  metadataOff: boolean,
): Promise<Look> => {
  const { Reservations: reservations = [] } = await clientFor(EC2Client, connection).send(
    new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
  );
  const instance = reservations[0]?.Instances?.[0];
  const stopped = instance?.State?.Name === 'stopped';
  const isOff = instance?.MetadataOptions?.HttpEndpoint === 'disabled';
  if (!metadataOff || (isOff && instance.MetadataOptions?.State === 'applied'))
    return { open: [], maySettle: false, stopped };
  const what = isOff ? 'the metadata service is being turned off still' : 'the metadata service is on';
  return { open: [{ what, reach: 'host' }], maySettle: isOff, stopped };
};
