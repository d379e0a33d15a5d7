import { DescribeInstanceTypesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { faultLine } from '../aws/classify.ts';

/** What inspect read, as far as it says what the instance is. */
const context = z.object({
  described: z.object({
    instance: z
      .object({ InstanceType: z.string().optional(), RootDeviceType: z.string().optional() })
      .optional(),
  }),
});

const REASON =
  'no snapshot holds them, only the running host can read them, and a stop or termination destroys them';

/**
 * Why there is no evidence of instance-store volumes, as it goes into the ledger; undefined where the instance has none. The type is asked
 * about here, beside the freeze, so that no isolation waits for it. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/InstanceStorage.html
 *
 * @param text the context as inspect read it
 */
export const whyWithoutInstanceStore = async (ec2: EC2Client, text: string): Promise<string | undefined> => {
  const { instance } = context.parse(JSON.parse(text)).described;
  if (instance?.InstanceType === undefined) return undefined;
  const root = instance.RootDeviceType === 'instance-store' ? 'its root is an instance store: ' : '';
  try {
    const { InstanceTypes = [] } = await ec2.send(
      new DescribeInstanceTypesCommand({
        Filters: [{ Name: 'instance-type', Values: [instance.InstanceType] }],
      }),
    );
    const [type] = InstanceTypes;
    if (type?.InstanceStorageSupported !== true && root === '') return undefined;
    const size = type?.InstanceStorageInfo?.TotalSizeInGB;
    return `${root}its type ${instance.InstanceType} has instance-store volumes${size === undefined ? '' : ` of ${size} GB`}, which cannot be had: ${REASON}`;
  } catch (error) {
    return `${root}whether its type ${instance.InstanceType} has instance-store volumes could not be read (${faultLine(error)}); if it has, they cannot be had: ${REASON}`;
  }
};
