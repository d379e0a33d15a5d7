import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeInstanceTypesCommand, EC2Client, type _InstanceType } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import type { DoctorFacts, OwnAccount, QuotaId, Reading } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { allPages, ask, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

const OWN: readonly OwnAccount[] = ['security', 'evidence', 'forensics'];

/** Which Regions each account of ours has enabled. */
export const readRegions = (stage: Stage): Promise<DoctorFacts['regions']> =>
  Promise.all(
    OWN.map(async (account) => ({
      account,
      reading: await asViewer(stage, { viewer: account, region: stage.config.homeRegion }, (connection) =>
        reading(async () => {
          const client = clientFor(AccountClient, connection);
          const found = await allPages('account:ListRegions', async (NextToken) => {
            const { Regions: items, NextToken: next } = await client.send(
              new ListRegionsCommand({ MaxResults: 50, NextToken }),
            );
            return { items, next };
          });
          return new Map(
            found.map(({ RegionName = '', RegionOptStatus = 'unknown' }) => [RegionName, RegionOptStatus]),
          );
        }),
      ),
    })),
  );

/** Whether each account of ours has the role for the worst case. */
export const readBreakGlass = (stage: Stage): Promise<DoctorFacts['breakGlass']> =>
  Promise.all(
    OWN.map(async (account) => ({
      account,
      reading: await asViewer(stage, { viewer: account, region: stage.config.homeRegion }, (connection) =>
        reading(async () => {
          const said = await askOr(
            'iam:GetRole',
            () =>
              clientFor(IAMClient, connection).send(new GetRoleCommand({ RoleName: BREAK_GLASS_ROLE_NAME })),
            { codes: /^NoSuchEntity/, instead: undefined },
          );
          return said?.Role !== undefined;
        }),
      ),
    })),
  );

/** How many copies a Region should have room for; more are seldom kept at once by a case or two. */
const SNAPSHOTS = 1_000;

/** The families that the quota of standard On-Demand Instances counts. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
const STANDARD = /^(a|c|d|h|i|m|r|t|z)\d/;

/** Quotas are known by name: AWS's pages do not give a code for each. */
const QUOTAS: readonly {
  readonly id: QuotaId;
  readonly account: OwnAccount;
  readonly service: string;
  readonly name: string;
}[] = [
  {
    id: 'quota-copies',
    account: 'evidence',
    service: 'ebs',
    name: 'Concurrent snapshot copies per destination Region',
  },
  { id: 'quota-snapshots', account: 'evidence', service: 'ebs', name: 'Snapshots per Region' },
  {
    id: 'quota-vcpu',
    account: 'forensics',
    service: 'ec2',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
  },
];

const virtualProcessors = async (stage: Stage): Promise<Reading<number>> => {
  const { instanceType } = stage.config.forensics;
  if (!STANDARD.test(instanceType))
    return {
      status: 'not-asked',
      because: `${instanceType} counts against a quota that is not looked at here`,
      whatToDo: 'look in Service Quotas whether one such machine may run',
    };
  return asViewer(stage, { viewer: 'forensics', region: stage.config.homeRegion }, (connection) =>
    reading(async () => {
      const { InstanceTypes: [type] = [] } = await ask('ec2:DescribeInstanceTypes', () =>
        clientFor(EC2Client, connection).send(
          new DescribeInstanceTypesCommand({
            // The SDK's list of types is of its own day.
            InstanceTypes: [instanceType as _InstanceType],
          }),
        ),
      );
      return type?.VCpuInfo?.DefaultVCpus ?? 1;
    }),
  );
};

/** The quotas of one service, by name. */
const quotasOf = (
  stage: Stage,
  { account, region, service }: { account: OwnAccount; region: string; service: string },
): Promise<Reading<ReadonlyMap<string, number>>> =>
  asViewer(stage, { viewer: account, region }, (connection) =>
    reading(async () => {
      const client = clientFor(ServiceQuotasClient, connection);
      const found = await allPages('servicequotas:ListServiceQuotas', async (NextToken) => {
        const { Quotas: items, NextToken: next } = await client.send(
          new ListServiceQuotasCommand({ ServiceCode: service, MaxResults: 100, NextToken }),
        );
        return { items, next };
      });
      return new Map(
        found.flatMap(({ QuotaName = '', Value }) => (Value === undefined ? [] : [[QuotaName, Value]])),
      );
    }),
  );

const ofQuota = (found: Reading<ReadonlyMap<string, number>>, name: string): Reading<number | undefined> =>
  found.status === 'read' ? { status: 'read', value: found.value.get(name) } : found;

/** What AWS lets the evidence and forensics accounts have, in each Region. */
export const readQuotas = async (stage: Stage): Promise<DoctorFacts['quotas']> => {
  const processors = virtualProcessors(stage);
  const places = stage.config.regions.flatMap((region) => [
    { region, account: 'evidence', service: 'ebs' } as const,
    { region, account: 'forensics', service: 'ec2' } as const,
  ]);
  const found = await Promise.all(
    places.map(async (place) => ({ ...place, quotas: await quotasOf(stage, place) })),
  );
  const wanted: Readonly<Record<QuotaId, Reading<number>>> = {
    'quota-copies': { status: 'read', value: stage.config.evidence.copiesAtOnce },
    'quota-snapshots': { status: 'read', value: SNAPSHOTS },
    'quota-vcpu': await processors,
  };
  return found.flatMap(({ region, account, service, quotas }) =>
    QUOTAS.filter((one) => one.account === account && one.service === service).map(({ id, name }) => ({
      id,
      account,
      region,
      wanted: wanted[id],
      reading: ofQuota(quotas, name),
    })),
  );
};
