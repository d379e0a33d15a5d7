import { ActivateOrganizationsAccessCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import { STACK_SETS_PRINCIPAL } from '@cordon/incident/doctor';
import type { CoverageRow } from '@cordon/incident/coverage';
import {
  addImage,
  addRole,
  createOrganization,
  dynamodbState,
  ec2State,
  enableDetector,
  guardDutyState,
  stackSetState,
  type Organization,
} from '@cordon/local-aws';
import { productTemplates } from '@cordon/drill';
import type { Viewer } from '@cordon/responder/doctor';
import { staffStatements } from '@cordon/responder/needs';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { rolloutTemplate } from './rollout-stage.ts';

/** The unit of the members. */
const UNIT = 'ou-root-members';

/** As deployed, in three Regions, with the StackSets for the members' unit: our own accounts have roles of the same names. */
export const config = {
  ...deployed,
  regions: deployed.regions.slice(0, 3),
  guardrails: { targets: [UNIT] },
};
const { accounts: own, homeRegion, organizationId, regions } = config;

/** The table that whatever tries accounts writes. */
const COVERAGE = 'cordon-coverage';

const templateShape = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.looseObject({ FunctionName: z.unknown().optional() }).optional(),
    }),
  ),
});

/** Every function of ours. */
const functionNames = (): readonly string[] =>
  productTemplates().flatMap(({ template }) =>
    Object.values(templateShape.parse(template).Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => String(Properties?.FunctionName)),
  );

const makeOrganization = (ids: readonly string[]): Promise<Organization> => {
  const path = `${organizationId}/r-root/${UNIT}/`;
  return createOrganization({
    seed: 'doctor',
    startAt: '2026-11-21T03:00:00.000Z',
    organizationId,
    managementAccount: own.management,
    rootId: 'r-root',
    accounts: [
      ...Object.entries(own).map(([name, id]) => ({ id, name })),
      ...ids.map((id, index) => ({ id, name: `member-${index}`, path })),
    ],
    units: [{ path, name: 'members' }],
    regions,
    delegatedAdministrators: [own.security],
    // Schedules call functions, of which none does anything here.
    runtime: { inProcess: Object.fromEntries(functionNames().map((name) => [name, async () => null])) },
    latencyMs: 0,
  });
};

/** Trusted access, and what is delegated to the security account. */
const delegate = async (organization: Organization): Promise<void> => {
  const settings = {
    region: homeRegion,
    credentials: organization.credentialsFor(own.management, 'administrator'),
    requestHandler: organization.requestHandler,
  };
  const organizations = new OrganizationsClient(settings);
  await organization.during(async () => {
    await new CloudFormationClient(settings).send(new ActivateOrganizationsAccessCommand({}));
    for (const ServicePrincipal of ['guardduty.amazonaws.com', 'inspector2.amazonaws.com'])
      await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    for (const ServicePrincipal of [
      STACK_SETS_PRINCIPAL,
      'guardduty.amazonaws.com',
      'inspector2.amazonaws.com',
    ])
      await organizations.send(
        new RegisterDelegatedAdministratorCommand({ AccountId: own.security, ServicePrincipal }),
      );
  });
};

const trusting = (account: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } },
  ],
});

/** Break-glass, and whoever runs the doctor, by the permission set and nothing else. */
const addPeople = ({ world, ids, timeline }: Organization): void => {
  const names = {
    partition: 'aws',
    securityAccount: own.security,
    evidenceAccount: own.evidence,
    forensicsAccount: own.forensics,
    homeRegion,
    organizationId,
  };
  for (const account of [own.security, own.evidence, own.forensics]) {
    const making = { ids, now: timeline.now() };
    const trust = trusting(account);
    addRole(world, { account, name: BREAK_GLASS_ROLE_NAME, trust }, making);
    const Statement = staffStatements({ ...names, account }, 'doctor');
    addRole(
      world,
      { account, name: 'CordonDoctors', trust, inline: { doctor: { Version: '2012-10-17', Statement } } },
      making,
    );
  }
};

const deployOwn = (organization: Organization): void => {
  for (const region of regions) {
    const state = organization.world.of(ec2State, own.forensics, region);
    const image = addImage(state, { ownerId: own.forensics, name: 'forensic-image' }, organization.ids);
    state.publicParameters.set(config.forensics.imageParameter, image.imageId);
  }
  for (const { stackName, account, placement, template, assetDirectory } of productTemplates()) {
    if (account === 'member' || account === 'management') continue;
    for (const region of placement === 'home' ? [homeRegion] : regions)
      organization.deploy(template, { account: own[account], region, stackName, assetDirectory });
  }
};

const watch = ({ world, ids, timeline }: Organization): void => {
  const making = { ids, now: timeline.now() };
  const members = [...world.accounts.keys()].filter((id) => id !== own.security);
  for (const region of regions) {
    enableDetector(world, { account: own.security, region, members, autoEnable: 'ALL' }, making);
    const { detector } = world.of(guardDutyState, own.security, region);
    if (detector === undefined) throw new Error(`no detector in ${region}`);
    detector.frequency = 'FIFTEEN_MINUTES';
    for (const plan of ['RUNTIME_MONITORING', 'EBS_MALWARE_PROTECTION'] as const)
      detector.autoEnableFeatures.set(plan, 'ALL');
    for (const account of members)
      enableDetector(world, { account, region }, making).features.add('RUNTIME_MONITORING');
  }
};

/** A row in which all is well. */
export const rowOf = (account: string, region: string, at: string): CoverageRow => ({
  account,
  region,
  verdict: 'protected',
  checks: ['role-inspect', 'probe', 'agents'].map((id) => ({ id, result: 'ok', says: 'it works' })),
  firstSeen: at,
  tried: at,
  protectedSince: at,
});

/** Writes rows as whatever tries accounts does: each as JSON in `body`. */
export const putRows = async (organization: Organization, rows: readonly CoverageRow[]): Promise<void> => {
  const client = new DynamoDBClient({
    region: homeRegion,
    credentials: organization.credentialsFor(own.security, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  const put = (row: CoverageRow) => {
    const Item = {
      account: { S: row.account },
      region: { S: row.region },
      body: { S: JSON.stringify(row) },
    };
    return client.send(new PutItemCommand({ TableName: COVERAGE, Item }));
  };
  await organization.during(() => Promise.all(rows.map(put)));
};

/** The table of coverage, where no stack brings it, and a row for each member and Region. */
const cover = async (organization: Organization, ids: readonly string[]): Promise<void> => {
  const { world, timeline } = organization;
  const { tables } = world.of(dynamodbState, own.security, homeRegion);
  if (!tables.has(COVERAGE))
    organization.deploy(
      {
        Resources: {
          Coverage: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              TableName: COVERAGE,
              BillingMode: 'PAY_PER_REQUEST',
              AttributeDefinitions: [
                { AttributeName: 'account', AttributeType: 'S' },
                { AttributeName: 'region', AttributeType: 'S' },
              ],
              KeySchema: [
                { AttributeName: 'account', KeyType: 'HASH' },
                { AttributeName: 'region', KeyType: 'RANGE' },
              ],
            },
          },
        },
      },
      { account: own.security, region: homeRegion, stackName: 'Coverage' },
    );
  const at = new Date(timeline.now()).toISOString();
  await putRows(
    organization,
    ids.flatMap((id) => regions.map((region) => rowOf(id, region, at))),
  );
};

/** An organization of so many members in which everything is deployed and well. */
export const doctorStage = async (members: number) => {
  const ids = Array.from({ length: members }, (_, index) => String(702_000_000_000 + index));
  const organization = await makeOrganization(ids);
  await delegate(organization);
  addPeople(organization);
  // First: while it goes on time passes, and our schedules would run all along.
  organization.deploy(rolloutTemplate(config), {
    account: own.security,
    region: homeRegion,
    stackName: 'CordonRollout',
  });
  await organization.run();
  deployOwn(organization);
  const guardrails = productTemplates().find(({ account }) => account === 'management');
  organization.deploy(guardrails?.template, {
    account: own.management,
    region: homeRegion,
    stackName: 'CordonGuardrails',
  });
  watch(organization);
  await cover(organization, ids);
  return {
    organization,
    ids,
    /** As whoever has the permission set, in every account. */
    connect: (viewer: Viewer, region: string) => {
      const account = viewer === 'stacksets' ? own.security : own[viewer];
      return {
        region,
        credentials: organization.credentialsFor(account, {
          arn: `arn:aws:iam::${account}:role/CordonDoctors`,
        }),
        requestHandler: organization.requestHandler,
      };
    },
  };
};

/** The StackSet of the members' first template, as the service keeps it. */
export const stackSet = ({ world }: Organization) => {
  const set = world.of(stackSetState, own.management, homeRegion).sets.get('CordonMemberAccount');
  if (set === undefined) throw new Error('there is no StackSet CordonMemberAccount');
  return set;
};
