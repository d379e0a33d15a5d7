import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ActivateOrganizationsAccessCommand,
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { OrganizationsClient, RegisterDelegatedAdministratorCommand } from '@aws-sdk/client-organizations';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  GetSessionTokenCommand,
  STSClient,
  type AssumeRoleCommandOutput,
  type GetSessionTokenCommandOutput,
} from '@aws-sdk/client-sts';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import {
  addRole,
  addUser,
  createOrganization,
  mfaCode,
  stackSetState,
  userCaller,
  type Credentials,
  type Organization,
} from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';
import { bootstrap } from './bootstrap.ts';

const ROOT = join(import.meta.dirname, '../..');
const { homeRegion: region, accounts, organizationId } = config;
const { security } = accounts;
/** Where people have users: none of the product's accounts. */
const PEOPLE = '702000000002';
const UNIT = 'ou-root-members0';
const UNIT_PATH = `${organizationId}/r-root/${UNIT}/`;
const SECRET = 'the key of a device';
const BUCKET = `cdk-hnb659fds-assets-${security}-${region}`;
const WAIT_MS = 60_000;

/** ARN of a role of the security account. */
export const roleArn = (name: string): string => `arn:aws:iam::${security}:role/${name}`;
/** ARN of the one role that StackSet power is left to. */
export const ADMINISTRATOR = roleArn(config.rollout?.administrator ?? '');
/** The bootstrap's roles. */
export const cdkRole = (kind: string): string => roleArn(`cdk-hnb659fds-${kind}-role-${security}-${region}`);

const template = (app: string, stack: string): string =>
  readFileSync(join(ROOT, 'stacksets', app, 'cdk.out', `${stack}.template.json`), 'utf8');

/** The rollout with another bound on how much is worked on at a time: what an update brings to every StackSet. */
const ROLLOUT = template('rollout', 'CordonRollout');

/** Keys as clients take them. */
export type Keys = Pick<Credentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const trusting = (account: string) =>
  policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } });

const NAME = ADMINISTRATOR.slice(ADMINISTRATOR.lastIndexOf('/') + 1);
const PATH = ADMINISTRATOR.slice(ADMINISTRATOR.indexOf('/'), ADMINISTRATOR.lastIndexOf('/') + 1);

const makeOrganization = (): Promise<Organization> =>
  createOrganization({
    seed: 'stack-sets',
    startAt: '2026-11-22T00:00:00.000Z',
    organizationId,
    managementAccount: accounts.management,
    accounts: [
      ...Object.entries(accounts).map(([name, id]) => ({ id, name })),
      { id: PEOPLE, name: 'people' },
      { id: '702000000001', name: 'member', path: UNIT_PATH },
    ],
    units: [{ path: UNIT_PATH, name: 'members' }],
    regions: [...config.regions],
    delegatedAdministrators: [security],
    runtime: { inProcess: {} },
    latencyMs: 0,
  });

const settingsOf = ({ requestHandler }: Organization, credentials: Keys) => ({
  region,
  credentials,
  requestHandler,
  maxAttempts: 1,
});

const trustStackSets = (organization: Organization): Promise<unknown> => {
  const management = settingsOf(
    organization,
    organization.credentialsFor(accounts.management, 'administrator'),
  );
  return organization.during(async () => {
    await new CloudFormationClient(management).send(new ActivateOrganizationsAccessCommand({}));
    await new OrganizationsClient(management).send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: security,
        ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
      }),
    );
  });
};

/** The administrator and break-glass; their own policies and trusts ask for no MFA, so that what asks is the guardrail. */
const addRoles = ({ world, ids, timeline }: Organization): void => {
  const making = { ids, now: timeline.now() };
  const trust = policy(...[PEOPLE, security].flatMap((account) => trusting(account).Statement));
  addRole(world, { account: security, name: NAME, path: PATH, trust, inline: { everything } }, making);
  addRole(
    world,
    { account: security, name: BREAK_GLASS_ROLE_NAME, trust: trusting(security), inline: { everything } },
    making,
  );
};

const keysOf = ({ Credentials: issued }: AssumeRoleCommandOutput | GetSessionTokenCommandOutput): Keys => ({
  accessKeyId: issued?.AccessKeyId ?? '',
  secretAccessKey: issued?.SecretAccessKey ?? '',
  sessionToken: issued?.SessionToken ?? '',
});

/** How people come to keys. */
const signingIn = (organization: Organization) => {
  const { world, ids, timeline, host } = organization;
  const userOf = (account: string) =>
    addUser(world, { account, name: 'ada', mfaSecret: SECRET, inline: { everything } }, { ids });
  const users = { people: userOf(PEOPLE), security: userOf(security) };
  const ask = (by: Keys) => new STSClient(settingsOf(organization, by));
  return {
    assume: async (by: Keys, RoleArn: string, mfa: object = {}): Promise<Keys> =>
      keysOf(
        await organization.during(() =>
          ask(by).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada', ...mfa })),
        ),
      ),
    sessionToken: async (by: Keys): Promise<Keys> =>
      keysOf(await organization.during(() => ask(by).send(new GetSessionTokenCommand({})))),
    /** Long-term keys of a user, and what its device shows now. */
    user: (of: keyof typeof users) => ({
      keys: host.issueCredentials(userCaller(users[of]), 3_600),
      mfa: {
        SerialNumber: users[of].device?.serialNumber ?? '',
        TokenCode: mfaCode({ secret: SECRET }, timeline.now()),
      },
    }),
    role: (arn: string): Keys => organization.credentialsFor(security, { arn }),
    administratorOfAccount: (): Keys => organization.credentialsFor(security, 'administrator'),
  };
};

const STACK = { StackName: 'CordonRollout', Capabilities: ['CAPABILITY_NAMED_IAM' as const] };

/** The stack of StackSets as CDK deploys it: the template into the bootstrap's bucket, then the stack with the bootstrap's role. */
const deploying =
  (organization: Organization, assume: ReturnType<typeof signingIn>['assume']) =>
  async (by: Keys, { atOnce, change = '' }: { readonly atOnce: number; readonly change?: string }) => {
    const during = <Value>(work: () => Promise<Value>): Promise<Value> => organization.during(work);
    const { timeline } = organization;
    const Key = `rollout-${atOnce}.json`;
    const Body = ROLLOUT.replaceAll('Cordon: CordonMemberAccount', `Cordon: CordonMemberAccount${change}`);
    const bucket = new S3Client(settingsOf(organization, await assume(by, cdkRole('file-publishing'))));
    await during(() => bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body })));
    const client = new CloudFormationClient(settingsOf(organization, await assume(by, cdkRole('deploy'))));
    const look = () => during(() => client.send(new DescribeStacksCommand({ StackName: STACK.StackName })));
    const input = {
      ...STACK,
      TemplateURL: `https://${BUCKET}.s3.${region}.amazonaws.com/${Key}`,
      RoleARN: cdkRole('cfn-exec'),
      Parameters: [
        { ParameterKey: 'TargetUnits', ParameterValue: UNIT },
        { ParameterKey: 'AtOncePercent', ParameterValue: String(atOnce) },
      ],
    };
    const isThere = await look().then(
      () => true,
      () => false,
    );
    await during(() =>
      isThere ? client.send(new UpdateStackCommand(input)) : client.send(new CreateStackCommand(input)),
    );
    await organization.run(() => false, timeline.now() + WAIT_MS);
    await organization.run();
    const { Stacks: [stack] = [] } = await look();
    return { status: stack?.StackStatus, reason: stack?.StackStatusReason };
  };

/** The ways past CDK. */
const waysPast = (organization: Organization) => {
  const sets = (by: Keys) => new CloudFormationClient(settingsOf(organization, by));
  const during = <Value>(work: () => Promise<Value>): Promise<Value> => organization.during(work);
  return {
    /** The stack again with the role that it remembers. */
    updateRemembered: (by: Keys) =>
      during(() => sets(by).send(new UpdateStackCommand({ ...STACK, TemplateBody: '{"Resources":{}}' }))),
    updateStackSet: (by: Keys) =>
      during(() =>
        sets(by).send(
          new UpdateStackSetCommand({
            StackSetName: 'CordonMemberAccount',
            CallAs: 'DELEGATED_ADMIN',
            UsePreviousTemplate: true,
            Capabilities: [...STACK.Capabilities],
          }),
        ),
      ),
    retrust: (by: Keys) =>
      during(() =>
        new IAMClient(settingsOf(organization, by)).send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: NAME,
            PolicyDocument: JSON.stringify(trusting(security)),
          }),
        ),
      ),
  };
};

/** The account of StackSets with CDK's bootstrap in it, one member, and people; nothing of the product is there yet. */
export const stackSetsStage = async () => {
  const organization = await makeOrganization();
  await bootstrap(organization, security, region);
  addRoles(organization);
  await trustStackSets(organization);
  const keys = signingIn(organization);
  return {
    organization,
    ...keys,
    ...waysPast(organization),
    deploy: deploying(organization, keys.assume),
    guard: () =>
      organization.deploy(JSON.parse(template('guardrails', 'CordonGuardrails')), {
        account: accounts.management,
        region,
        stackName: 'CordonGuardrails',
      }),
    /** What the member's StackSet says of itself. */
    description: () =>
      organization.world.of(stackSetState, accounts.management, region).sets.get('CordonMemberAccount')
        ?.description,
  };
};
