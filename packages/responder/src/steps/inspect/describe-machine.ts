import {
  DescribeInstanceAttributeCommand,
  DescribeInstanceTypesCommand,
  DescribeSpotInstanceRequestsCommand,
  type EC2Client,
  type Instance,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { faultCode } from '../../aws/classify.ts';

/** What EC2 says beside of what can be done to a machine; each absent where it was not asked or could not be read. */
export interface DescribedMachine {
  readonly type?: InstanceTypeInfo;
  readonly spotRequest?: 'one-time' | 'persistent';
  readonly stopProtected?: boolean;
}

const unlessRefused = async <Answer>(ask: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await ask;
  } catch (error) {
    faultCode(error);
    return undefined;
  }
};

/**
 * What EC2 can do to this machine. It takes the type's name, so that it is a call after the first round: it is asked only where the policy
 * allows a stop or a crash. What cannot be read is left out, and the plan is the stricter for it.
 */
export const describeMachine = async (
  ec2: EC2Client,
  instance: Instance | undefined,
): Promise<DescribedMachine> => {
  if (instance?.InstanceId === undefined || instance.InstanceType === undefined) return {};
  const { InstanceId, InstanceType } = instance;
  const spot = instance.InstanceLifecycle === 'spot';
  const [types, requests, protection] = await Promise.all([
    unlessRefused(ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [InstanceType] }))),
    spot
      ? unlessRefused(
          ec2.send(
            new DescribeSpotInstanceRequestsCommand({
              Filters: [{ Name: 'instance-id', Values: [InstanceId] }],
            }),
          ),
        )
      : undefined,
    unlessRefused(
      ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiStop' })),
    ),
  ]);
  const type = types?.InstanceTypes?.[0];
  const spotRequest = requests?.SpotInstanceRequests?.[0]?.Type;
  const stopProtected = protection?.DisableApiStop?.Value;
  return {
    ...(type === undefined ? {} : { type }),
    ...(spotRequest === undefined ? {} : { spotRequest }),
    ...(stopProtected === undefined ? {} : { stopProtected }),
  };
};
