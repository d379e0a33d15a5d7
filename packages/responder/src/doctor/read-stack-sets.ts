import {
  CloudFormationClient,
  DescribeStackSetCommand,
  ListStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import type { DoctorFacts, InstanceFact, StackSetFact } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { allPages, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

/** Calls of IAM are told in this Region, whatever others are used, so that the first two are there too (stacksets/rollout). */
const GLOBAL_EVENTS = 'us-east-1';

/** StackSets that this configuration deploys, and where. */
const wantedSets = ({
  config,
}: Stage): readonly { readonly name: string; readonly regions: readonly string[] }[] => {
  const { homeRegion, evidence } = config;
  const isCommercial = !/^(us-gov|cn)-/.test(homeRegion);
  const regions = [...new Set([homeRegion, ...config.regions, ...(isCommercial ? [GLOBAL_EVENTS] : [])])];
  return [
    { name: 'CordonMemberAccount', regions },
    ...(evidence.memory === undefined ? [] : [{ name: 'CordonMemoryCapture', regions }]),
    ...(evidence.blockHashes?.fromMember === true
      ? [{ name: 'CordonSourceReading', regions: [homeRegion] }]
      : []),
  ];
};

const CallAs = 'DELEGATED_ADMIN' as const;

const instancesOf = async (
  client: CloudFormationClient,
  StackSetName: string,
): Promise<readonly InstanceFact[]> => {
  const found = await allPages('cloudformation:ListStackInstances', async (NextToken) => {
    const { Summaries: items, NextToken: next } = await client.send(
      new ListStackInstancesCommand({ StackSetName, CallAs, MaxResults: 100, NextToken }),
    );
    return { items, next };
  });
  return found.map((one) => ({
    account: one.Account ?? '',
    region: one.Region ?? '',
    status: one.Status ?? 'unknown',
    detailed: one.StackInstanceStatus?.DetailedStatus ?? 'unknown',
    drift: one.DriftStatus ?? 'NOT_CHECKED',
    ...(one.StatusReason === undefined ? {} : { reason: one.StatusReason }),
  }));
};

const setOf = async (
  client: CloudFormationClient,
  StackSetName: string,
): Promise<StackSetFact | undefined> => {
  const said = await askOr(
    'cloudformation:DescribeStackSet',
    () => client.send(new DescribeStackSetCommand({ StackSetName, CallAs })),
    { codes: /^StackSetNotFound/, instead: undefined },
  );
  if (said === undefined) return undefined;
  return {
    autoDeployment: said.StackSet?.AutoDeployment?.Enabled === true,
    instances: await instancesOf(client, StackSetName),
  };
};

/** The StackSets of members, with every instance, as their delegated administrator. */
export const readStackSets = (stage: Stage): Promise<DoctorFacts['stackSets']> =>
  Promise.all(
    wantedSets(stage).map(async ({ name, regions }) => ({
      name,
      regions,
      reading: await asViewer(stage, { viewer: 'stacksets', region: stage.config.homeRegion }, (connection) =>
        reading(() => setOf(clientFor(CloudFormationClient, connection), name)),
      ),
    })),
  );
