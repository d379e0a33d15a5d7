import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { faultCode } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';

/**
 * Whether the agent of an instance answers Systems Manager, by its last heartbeat; undefined where that could not be read. Isolation does not wait for a
 * slow answer. An agent that is online on an instance without a profile was given a role by Default Host Management Configuration.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html
 */
export const describeAgent = async (
  connection: Connection,
  instanceId: string,
): Promise<{ readonly online: boolean } | undefined> => {
  try {
    const { InstanceInformationList = [] } = await clientFor(SSMClient, {
      ...connection,
      impatient: true,
    }).send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] }),
    );
    return { online: InstanceInformationList[0]?.PingStatus === 'Online' };
  } catch (error) {
    faultCode(error);
    return undefined;
  }
};
