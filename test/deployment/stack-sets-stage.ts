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
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import {
  addRole,
  addUser,
  createOrganization,
  mfaCode,
  stackSetState,
  userCaller,
  type Credentials,
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

/** The account of StackSets with CDK's bootstrap in it, one member, and people; nothing of the product is there yet. */
export const stackSetsStage = async () => {
  const organization = await createOrganization({
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
  const { world, ids, timeline, host, requestHandler } = organization;
  const settings = (credentials: Keys) => ({ region, credentials, requestHandler, maxAttempts: 1 });
  const during = organization.during.bind(organization);
  await bootstrap(organization, security, region);
  const making = { ids, now: timeline.now() };
  const slash = ADMINISTRATOR.lastIndexOf('/') + 1;
  // Their own policies and trusts ask for no MFA, so that what asks is the guardrail.
  addRole(
    world,
    {
      account: security,
      name: ADMINISTRATOR.slice(slash),
      path: ADMINISTRATOR.slice(ADMINISTRATOR.indexOf('/'), slash),
      trust: policy(
        ...[PEOPLE, security].map((account) => ({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
        })),
      ),
      inline: { everything },
    },
    making,
  );
  addRole(
    world,
    { account: security, name: BREAK_GLASS_ROLE_NAME, trust: trusting(security), inline: { everything } },
    making,
  );
  const userOf = (account: string) =>
    addUser(world, { account, name: 'ada', mfaSecret: SECRET, inline: { everything } }, making);
  const users = { people: userOf(PEOPLE), security: userOf(security) };
  const management = settings(organization.credentialsFor(accounts.management, 'administrator'));
  await during(async () => {
    await new CloudFormationClient(management).send(new ActivateOrganizationsAccessCommand({}));
    await new OrganizationsClient(management).send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: security,
        ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
      }),
    );
  });

  const assume = async (
    by: Keys,
    RoleArn: string,
    mfa: { readonly SerialNumber?: string; readonly TokenCode?: string } = {},
  ): Promise<Keys> => {
    const { Credentials: issued } = await during(() =>
      new STSClient(settings(by)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada', ...mfa })),
    );
    return {
      accessKeyId: issued?.AccessKeyId ?? '',
      secretAccessKey: issued?.SecretAccessKey ?? '',
      sessionToken: issued?.SessionToken ?? '',
    };
  };
  const parameters = (atOnce: number) => [
    { ParameterKey: 'TargetUnits', ParameterValue: UNIT },
    { ParameterKey: 'AtOncePercent', ParameterValue: String(atOnce) },
  ];
  return {
    organization,
    assume,
    /** Long-term keys of a user, and what its device shows now. */
    user: (of: keyof typeof users) => ({
      keys: host.issueCredentials(userCaller(users[of]), 3_600),
      mfa: {
        SerialNumber: users[of].device?.serialNumber ?? '',
        TokenCode: mfaCode({ secret: SECRET }, timeline.now()),
      },
    }),
    sessionToken: async (by: Keys, mfa: object = {}): Promise<Keys> => {
      const { Credentials: issued } = await during(() =>
        new STSClient(settings(by)).send(new GetSessionTokenCommand(mfa)),
      );
      return {
        accessKeyId: issued?.AccessKeyId ?? '',
        secretAccessKey: issued?.SecretAccessKey ?? '',
        sessionToken: issued?.SessionToken ?? '',
      };
    },
    role: (arn: string): Keys => organization.credentialsFor(security, { arn }),
    administratorOfAccount: (): Keys => organization.credentialsFor(security, 'administrator'),
    /** The stack of StackSets as CDK deploys it: the template into the bootstrap's bucket, then the stack with the bootstrap's role. */
    deploy: async (
      by: Keys,
      { atOnce, change = '' }: { readonly atOnce: number; readonly change?: string },
    ) => {
      const body = ROLLOUT.replaceAll('Cordon: CordonMemberAccount', `Cordon: CordonMemberAccount${change}`);
      const Key = `rollout-${atOnce}${change.length}.json`;
      const publishing = await assume(by, cdkRole('file-publishing'));
      await during(() =>
        new S3Client(settings(publishing)).send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: body })),
      );
      const client = new CloudFormationClient(settings(await assume(by, cdkRole('deploy'))));
      const input = {
        StackName: 'CordonRollout',
        TemplateURL: `https://${BUCKET}.s3.${region}.amazonaws.com/${Key}`,
        RoleARN: cdkRole('cfn-exec'),
        Capabilities: ['CAPABILITY_NAMED_IAM' as const],
        Parameters: parameters(atOnce),
      };
      const isThere = await during(() =>
        client.send(new DescribeStacksCommand({ StackName: 'CordonRollout' })).then(
          () => true,
          () => false,
        ),
      );
      await during(() =>
        isThere ? client.send(new UpdateStackCommand(input)) : client.send(new CreateStackCommand(input)),
      );
      await organization.run(() => false, timeline.now() + WAIT_MS);
      await organization.run();
      const { Stacks: [stack] = [] } = await during(() =>
        client.send(new DescribeStacksCommand({ StackName: 'CordonRollout' })),
      );
      return { status: stack?.StackStatus, reason: stack?.StackStatusReason };
    },
    /** The stack again with the role that it remembers, asked for as whoever this is. */
    updateRemembered: (by: Keys) =>
      during(() =>
        new CloudFormationClient(settings(by)).send(
          new UpdateStackCommand({
            StackName: 'CordonRollout',
            TemplateBody: '{"Resources":{}}',
            Capabilities: ['CAPABILITY_NAMED_IAM'],
          }),
        ),
      ),
    updateStackSet: (by: Keys) =>
      during(() =>
        new CloudFormationClient(settings(by)).send(
          new UpdateStackSetCommand({
            StackSetName: 'CordonMemberAccount',
            CallAs: 'DELEGATED_ADMIN',
            UsePreviousTemplate: true,
            Capabilities: ['CAPABILITY_NAMED_IAM'],
          }),
        ),
      ),
    retrust: (by: Keys) =>
      during(() =>
        new IAMClient(settings(by)).send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: ADMINISTRATOR.slice(slash),
            PolicyDocument: JSON.stringify(trusting(security)),
          }),
        ),
      ),
    guard: () =>
      organization.deploy(JSON.parse(template('guardrails', 'CordonGuardrails')), {
        account: accounts.management,
        region,
        stackName: 'CordonGuardrails',
      }),
    /** What the member's StackSet says of itself. */
    description: () =>
      world.of(stackSetState, accounts.management, region).sets.get('CordonMemberAccount')?.description,
  };
};
