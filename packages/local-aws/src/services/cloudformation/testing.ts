import {
  ActivateOrganizationsAccessCommand,
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetOperationCommand,
  type CreateStackInstancesCommandInput,
  type CreateStackSetCommandInput,
  type StackInstance,
  type StackSetOperation,
} from '@aws-sdk/client-cloudformation';
import {
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { createOrganization, type Organization } from '../../organization.ts';
import { eventsState } from '../events/state.ts';
import { iamState } from '../iam/state.ts';
import { attachControlPolicy } from '../organizations/control-policies.ts';
import { STACK_SETS_PRINCIPAL } from './access.ts';

/** StackSets are asked about by the account that they are delegated to. */
export const CallAs = 'DELEGATED_ADMIN' as const;
/** The StackSet of these tests. */
export const ofSet = { StackSetName: 'roles', CallAs };

/** Accounts, units and Regions of these tests. */
export const MANAGEMENT = '111111111111';
export const DEPLOYMENT = '222222222222';
export const MEMBERS = ['333333333331', '333333333332', '333333333333', '333333333334'] as const;
export const ELSEWHERE = '444444444444';
export const HOME = 'eu-west-1';
export const OTHER = 'us-east-1';
export const ROOT_ID = 'r-root';
export const WORK = 'ou-test-work';
export const SPARE = 'ou-test-spare';

const root = `o-test000000/${ROOT_ID}/`;

/** A role in the home Region and a rule in each, as a template of members is. */
export const TEMPLATE = {
  Parameters: { Trusted: { Type: 'String', Default: DEPLOYMENT } },
  Conditions: { IsHome: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, HOME] } },
  Resources: {
    Reader: {
      Type: 'AWS::IAM::Role',
      Condition: 'IsHome',
      Properties: {
        RoleName: 'reader',
        Path: '/ours/',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: { Ref: 'Trusted' } } }],
        },
        Policies: [
          {
            PolicyName: 'reads',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
            },
          },
        ],
      },
    },
    Changes: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'changes',
        EventPattern: { source: ['aws.ec2'] },
        Targets: [{ Id: 'bus', Arn: `arn:aws:events:${HOME}:${DEPLOYMENT}:event-bus/changes` }],
      },
    },
  },
};

const clientFor = (organization: Organization, account: string) => ({
  region: HOME,
  credentials: organization.credentialsFor(account, 'administrator'),
  requestHandler: organization.requestHandler,
});

const makeOrganization = (): Promise<Organization> =>
  createOrganization({
    seed: 'stack sets',
    startAt: '2026-01-01T00:00:00Z',
    organizationId: 'o-test000000',
    managementAccount: MANAGEMENT,
    rootId: ROOT_ID,
    accounts: [
      { id: MANAGEMENT, name: 'management' },
      { id: DEPLOYMENT, name: 'deployment' },
      ...MEMBERS.map((id) => ({ id, name: `member ${id}`, path: `${root}${WORK}/` })),
      { id: ELSEWHERE, name: 'elsewhere', path: `${root}${SPARE}/` },
    ],
    units: [
      { path: `${root}${WORK}/`, name: 'work' },
      { path: `${root}${SPARE}/`, name: 'spare' },
    ],
    regions: [HOME, OTHER],
    delegatedAdministrators: [],
    runtime: { inProcess: {} },
  });

/** What the deployment account asks of one StackSet, `roles`. */
const requestsOf = (organization: Organization, here: CloudFormationClient) => ({
  createSet: (more: Partial<CreateStackSetCommandInput> = {}) =>
    organization.during(() =>
      here.send(
        new CreateStackSetCommand({
          ...ofSet,
          TemplateBody: JSON.stringify(TEMPLATE),
          PermissionModel: 'SERVICE_MANAGED',
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
          ManagedExecution: { Active: true },
          ...more,
        }),
      ),
    ),
  /** Deploys to the unit of the members, in both Regions; gives the operation when nothing is left to happen. */
  deploy: async (more: Partial<CreateStackInstancesCommandInput> = {}): Promise<StackSetOperation> => {
    const { OperationId } = await organization.during(() =>
      here.send(
        new CreateStackInstancesCommand({
          ...ofSet,
          DeploymentTargets: { OrganizationalUnitIds: [WORK] },
          Regions: [HOME, OTHER],
          OperationPreferences: {
            ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
            FailureToleranceCount: 10,
            MaxConcurrentCount: 10,
          },
          ...more,
        }),
      ),
    );
    await organization.run();
    const { StackSetOperation: operation = {} } = await organization.during(() =>
      here.send(new DescribeStackSetOperationCommand({ ...ofSet, OperationId })),
    );
    return operation;
  },
  instance: async (account: string, region = HOME): Promise<StackInstance> => {
    const { StackInstance: found = {} } = await organization.during(() =>
      here.send(
        new DescribeStackInstanceCommand({
          ...ofSet,
          StackInstanceAccount: account,
          StackInstanceRegion: region,
        }),
      ),
    );
    return found;
  },
});

/** An organization with an account that is to administer StackSets; `trust` makes it so. */
export const stackSetStage = async () => {
  const organization = await makeOrganization();
  const cloudformation = (account: string) => new CloudFormationClient(clientFor(organization, account));
  const organizations = new OrganizationsClient(clientFor(organization, MANAGEMENT));
  const here = cloudformation(DEPLOYMENT);
  return {
    organization,
    cloudformation,
    organizations,
    here,
    ...requestsOf(organization, here),
    trust: () =>
      organization.during(async () => {
        await cloudformation(MANAGEMENT).send(new ActivateOrganizationsAccessCommand({}));
        await organizations.send(
          new RegisterDelegatedAdministratorCommand({
            AccountId: DEPLOYMENT,
            ServicePrincipal: STACK_SETS_PRINCIPAL,
          }),
        );
      }),
    move: (account: string, from: string, to: string) =>
      organization.during(() =>
        organizations.send(
          new MoveAccountCommand({ AccountId: account, SourceParentId: from, DestinationParentId: to }),
        ),
      ),
  };
};

/** A stage as the tests hold it. */
export type StackSetTestStage = Awaited<ReturnType<typeof stackSetStage>>;

/** A stage whose organization trusts StackSets. */
export const trusted = async (): Promise<StackSetTestStage> => {
  const stage = await stackSetStage();
  await stage.trust();
  return stage;
};

/** A stage with a StackSet that was deployed nowhere yet. */
export const withSet = async (): Promise<StackSetTestStage> => {
  const stage = await trusted();
  await stage.createSet();
  return stage;
};

/** What the template makes in the home Region. */
export const roleIn = ({ organization }: StackSetTestStage, account: string) =>
  organization.world.of(iamState, account, '').roles.get('reader');

/** What the template makes in every Region. */
export const ruleIn = ({ organization }: StackSetTestStage, account: string, region: string) =>
  organization.world.of(eventsState, account, region).buses.get('default')?.rules.get('changes');

/** Attaches a control policy to one account that denies one action. */
export const denyIn = (
  { organization: { world } }: StackSetTestStage,
  account: string,
  action: string,
): void =>
  attachControlPolicy(world, {
    kind: 'SCP',
    name: 'theirs',
    target: { kind: 'account', id: account },
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] },
  });
