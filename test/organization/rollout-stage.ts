import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ActivateOrganizationsAccessCommand,
  CloudFormationClient,
  ListStackInstancesCommand,
  type StackInstanceSummary,
  type StackSetOperationPreferences,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { Template } from 'aws-cdk-lib/assertions';
import { makeApp } from '@cordon/constructs';
import { createOrganization, type Organization } from '@cordon/local-aws';
import { parseAccountId, parseRegion, type CordonConfig } from '@cordon/incident';
import { config } from '../../cordon.config.ts';
import { memberTemplates } from '../../stacksets/rollout/src/member-templates.ts';
import { synthesizeMember } from '../../stacksets/member-account/src/synthesize-member.ts';
import { RolloutStack } from '../../stacksets/rollout/src/rollout-stack.ts';
import { coveringConfig } from '../simulation/covering.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';
import { deployTrying, pageOf, triesOf } from './try-accounts.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROOT_ID = 'r-root';

/** The unit of the members, and Regions of the rollout. */
export const UNIT = 'ou-root-members1';
export const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2'] as const;
export const HOME = config.homeRegion;
const SET = 'CordonMemberAccount';
const DAY_MS = 24 * 3_600_000;

/** The account that StackSets are delegated to. */
const DEPLOYMENT = config.accounts.security;

/** The deployment that is rolled out: accounts are tried in it, and nothing is in it that has a template of its own in members. */
const chosen = coveringConfig({
  regions: REGIONS.map(parseRegion),
  guardrails: { targets: [UNIT] },
  evidence: { ...config.evidence, memory: undefined, blockHashes: undefined },
});

/** The same, where the policy leaves these accounts out, so that they are not tried. */
const chosenWithout = (untried: readonly string[]): CordonConfig => ({
  ...chosen,
  policy: { ...chosen.policy, excludeAccounts: untried.map(parseAccountId) },
});

/** The synthesized rollout of all that a configuration brings into members, in its Regions and to its units. */
export const rolloutTemplate = (of: CordonConfig): unknown => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-rollout-'));
  const app = makeApp({ outdir: join(outdir, 'rollout'), delivery: 'account' });
  synthesizeMember(of, join(outdir, 'member'));
  const templates = memberTemplates(join(outdir, 'member'));
  const template = Template.fromStack(new RolloutStack(app, 'CordonRollout', { config: of, templates }));
  rmSync(outdir, { recursive: true });
  return template.toJSON();
};

const guardrails = (): unknown =>
  JSON.parse(readFileSync(join(ROOT, 'stacksets/guardrails/cdk.out/CordonGuardrails.template.json'), 'utf8'));

const makeOrganization = (ids: readonly string[], trying: CordonConfig): Promise<Organization> => {
  const path = `${config.organizationId}/${ROOT_ID}/${UNIT}/`;
  return createOrganization({
    seed: 'rollout',
    startAt: '2026-11-21T03:00:00.000Z',
    organizationId: config.organizationId,
    managementAccount: config.accounts.management,
    rootId: ROOT_ID,
    accounts: [
      ...Object.entries(config.accounts).map(([name, id]) => ({ id, name })),
      ...ids.map((id, index) => ({ id, name: `member-${index}`, path })),
    ],
    units: [{ path, name: 'members' }],
    regions: [...REGIONS],
    delegatedAdministrators: [],
    runtime: { inProcess: inProcessHandlers({ config: trying }) },
    latencyMs: 0,
  });
};

/** Makes accounts, waits until they are there, and moves them into the members' unit; gives their ids. */
const joinUnit = async (
  organization: Organization,
  organizations: OrganizationsClient,
  count: number,
): Promise<readonly string[]> => {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const asked = await organization.during(() =>
    Promise.all(
      numbers.map((number) =>
        organizations.send(
          new CreateAccountCommand({ AccountName: `new-${number}`, Email: `new-${number}@example.com` }),
        ),
      ),
    ),
  );
  await organization.run();
  return organization.during(() =>
    Promise.all(
      asked.map(async ({ CreateAccountStatus: request }) => {
        const { CreateAccountStatus: status } = await organizations.send(
          new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: request?.Id ?? '' }),
        );
        const AccountId = status?.AccountId ?? '';
        await organizations.send(
          new MoveAccountCommand({ AccountId, SourceParentId: ROOT_ID, DestinationParentId: UNIT }),
        );
        return AccountId;
      }),
    ),
  );
};

const listAll = async (here: CloudFormationClient): Promise<readonly StackInstanceSummary[]> => {
  const found: StackInstanceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await here.send(
      new ListStackInstancesCommand({
        StackSetName: SET,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    found.push(...(page.Summaries ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
};

/** An organization of so many members that trusts StackSets, nothing deployed; of so many of them, the first, are tried. */
export const rolloutStage = async (members: number, tried: number) => {
  const ids = Array.from({ length: members }, (_, index) => String(702_000_000_000 + index));
  const trying = chosenWithout(ids.slice(tried));
  const organization = await makeOrganization(ids, trying);
  const settings = (account: string) => ({
    region: HOME,
    credentials: organization.credentialsFor(account, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  // Once guardrails are attached, the management account changes what the deployment account made, or there the one administrator, CDK and break-glass.
  // Made for each use: credentials end, and the days of a rollout are longer.
  const administratorOf = (account: string) => new CloudFormationClient(settings(account));
  const here = administratorOf(config.accounts.management);
  const organizations = new OrganizationsClient(settings(config.accounts.management));
  await organization.during(async () => {
    await here.send(new ActivateOrganizationsAccessCommand({}));
    await organizations.send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: DEPLOYMENT,
        ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
      }),
    );
  });
  return {
    organization,
    get here() {
      return administratorOf(config.accounts.management);
    },
    ids,
    ofSet: { StackSetName: SET, CallAs: 'SELF' as const },
    /** An administrator of the account that StackSets are delegated to. */
    administrator: administratorOf(DEPLOYMENT),
    rollOut: async () => {
      const where = { account: DEPLOYMENT, region: HOME, stackName: 'CordonRollout' };
      organization.deploy(rolloutTemplate(chosen), where);
      await organization.run();
    },
    /** What tries accounts; from then on `cover` has those tried that are due. */
    deployTrying: () => deployTrying(organization, chosen),
    cover: () => triesOf(organization, trying),
    page: () => pageOf(organization, trying),
    waitADay: () => {
      let passed = false;
      organization.timeline.at(organization.timeline.now() + DAY_MS, () => {
        passed = true;
      });
      return organization.run(() => passed);
    },
    guard: () =>
      organization.deploy(guardrails(), {
        account: config.accounts.management,
        region: HOME,
        stackName: 'CordonGuardrails',
      }),
    /** New accounts in the members' unit, when all that follows from it has happened. */
    addAccounts: async (count: number): Promise<readonly string[]> => {
      const added = await joinUnit(organization, organizations, count);
      await organization.run();
      return added;
    },
    /** Every instance, as the API lists them. */
    instances: () => organization.during(() => listAll(administratorOf(config.accounts.management))),
  };
};

/** Goes through all accounts at once and past every failure. */
export const EVERYWHERE: StackSetOperationPreferences = {
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
  FailureTolerancePercentage: 100,
  MaxConcurrentPercentage: 100,
  RegionOrder: [...REGIONS],
};
