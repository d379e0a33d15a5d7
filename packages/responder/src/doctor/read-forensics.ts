import {
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { FORENSIC_LAUNCH_TEMPLATE_NAME } from '@cordon/incident';
import type { DoctorFacts, ForensicFact } from '@cordon/incident/doctor';
import { clientFor, type Connection } from '../aws/connection.ts';
import { allPages, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

/** States of endpoints by service; of several for one service the one that works counts. */
const endpointsOf = async (connection: Connection): Promise<ReadonlyMap<string, string>> => {
  const client = clientFor(EC2Client, connection);
  const found = await allPages('ec2:DescribeVpcEndpoints', async (NextToken) => {
    const { VpcEndpoints: items, NextToken: next } = await client.send(
      new DescribeVpcEndpointsCommand({ NextToken }),
    );
    return { items, next };
  });
  const states = new Map<string, string>();
  for (const { ServiceName = '', State = 'unknown' } of found) {
    const service = ServiceName.split('.').at(-1) ?? '';
    if (states.get(service)?.toLowerCase() !== 'available') states.set(service, State);
  }
  return states;
};

const imageOf = async (
  connection: Connection,
  name: string,
): Promise<{ imageId?: string; missing?: 'parameter' | 'image' }> => {
  const parameter = await askOr(
    'ssm:GetParameter',
    () => clientFor(SSMClient, connection).send(new GetParameterCommand({ Name: name })),
    { codes: /^ParameterNotFound$/, instead: undefined },
  );
  const imageId = parameter?.Parameter?.Value;
  if (imageId === undefined) return { missing: 'parameter' };
  const images = await askOr(
    'ec2:DescribeImages',
    () => clientFor(EC2Client, connection).send(new DescribeImagesCommand({ ImageIds: [imageId] })),
    { codes: /^InvalidAMIID/, instead: undefined },
  );
  const isThere = images?.Images?.some(({ State }) => State === 'available') === true;
  return isThere ? { imageId } : { imageId, missing: 'image' };
};

const hasTemplate = async (connection: Connection): Promise<boolean> => {
  const said = await askOr(
    'ec2:DescribeLaunchTemplates',
    () =>
      clientFor(EC2Client, connection).send(
        new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [FORENSIC_LAUNCH_TEMPLATE_NAME] }),
      ),
    { codes: /NotFound/, instead: undefined },
  );
  return (said?.LaunchTemplates ?? []).length > 0;
};

const inRegion = async (stage: Stage, region: string): Promise<ForensicFact> => {
  const as = { viewer: 'forensics', region } as const;
  const [endpoints, image, launchTemplate] = await Promise.all([
    asViewer(stage, as, (connection) => reading(() => endpointsOf(connection))),
    asViewer(stage, as, (connection) =>
      reading(() => imageOf(connection, stage.config.forensics.imageParameter)),
    ),
    asViewer(stage, as, (connection) => reading(() => hasTemplate(connection))),
  ]);
  return { region, endpoints, image, launchTemplate };
};

/** What an investigation rests on, in every Region. */
export const readForensics = (stage: Stage): Promise<DoctorFacts['forensics']> =>
  Promise.all(stage.config.regions.map((region) => inRegion(stage, region)));
