import { ec2State } from '../ec2/state.ts';
import type { InstancePlace } from '../sts/instance-credentials.ts';
import type { AgentStage } from './agents.ts';
import type { GuestAnswer, GuestRequest } from './guest.ts';
import { s3PathRefusal } from './reach.ts';

const answer = (status: number, text: string): GuestAnswer => ({ status, body: Buffer.from(text) });

/**
 * Sends what a program on an instance asks of S3 by a signed link, as far as the instance's network lets it. The request is its signer's, and comes
 * through the VPC endpoint of the instance, whose policy bears on it too.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
export const fetchFrom = async (
  stage: AgentStage,
  on: InstancePlace,
  { method, url, headers = {}, body = new Uint8Array() }: GuestRequest,
): Promise<GuestAnswer> => {
  const { host, pathname, search } = new URL(url);
  const refused = s3PathRefusal(stage, on);
  if (refused !== undefined) return answer(0, refused);
  const { instances, networkInterfaces } = stage.world.of(ec2State, on.account, on.region);
  const primary = networkInterfaces.get(instances.get(on.instanceId)?.networkInterfaceIds[0] ?? '');
  const within =
    primary === undefined
      ? undefined
      : {
          account: on.account,
          region: on.region,
          vpcId: primary.vpcId,
          subnetId: primary.subnetId,
          privateIpAddress: primary.privateIpAddress,
        };
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { status, body: said } = await stage.host.send(
    { method, url: `${pathname}${search}`, headers: { host, ...lower }, body },
    within,
  );
  return { status, body: said };
};
