import type { Volume } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { classify } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';

/** What stands for the state of a key that KMS does not know. */
const NO_KEY = 'NotFound';

/**
 * The state of each key of some volumes, by ARN: what KMS says (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html), or `NotFound`.
 * What it does not tell us of is left out: then the plan does not count on it, and the copy finds out.
 */
export const describeKeys = async (
  connection: Connection,
  volumes: readonly Pick<Volume, 'KmsKeyId'>[],
): Promise<Readonly<Record<string, string>>> => {
  const kms = clientFor(KMSClient, connection);
  const arns = [...new Set(volumes.flatMap(({ KmsKeyId }) => KmsKeyId ?? []))];
  const states = await Promise.all(
    arns.map(async (arn): Promise<readonly (readonly [string, string])[]> => {
      try {
        const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
        return key?.KeyState === undefined ? [] : [[arn, key.KeyState]];
      } catch (error) {
        return classify(error).code === 'NotFoundException' ? [[arn, NO_KEY]] : [];
      }
    }),
  );
  return Object.fromEntries(states.flat());
};
