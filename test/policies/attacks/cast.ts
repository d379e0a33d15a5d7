import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { EVIDENCE_DESK_FUNCTION_NAME, EVIDENCE_READER_ROLE_NAME, IAM_PATH } from '@cordon/incident';
import { addRole, iamState, instanceSession, type Credentials, type Organization } from '@cordon/local-aws';
import type { Aftermath } from './aftermath.ts';

type Keys = Pick<Credentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/** Clients of the SDK for one identity: regional ones where the suspect is, the vault's and the functions' at home. */
export interface Hands {
  readonly cloudformation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  /** KMS in the home Region, where the custody key is. */
  readonly kmsAtHome: KMSClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

/** Clients that are refused at the first attempt: an attack that needs a second is none. */
export const handsOf = (
  organization: Organization,
  { accessKeyId, secretAccessKey, sessionToken }: Keys,
  { region, homeRegion }: { readonly region: string; readonly homeRegion: string },
): Hands => {
  const { requestHandler } = organization;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const there = { region, credentials, requestHandler, maxAttempts: 1 };
  const atHome = { ...there, region: homeRegion };
  return {
    cloudformation: new CloudFormationClient(atHome),
    ec2: new EC2Client(there),
    iam: new IAMClient(there),
    kms: new KMSClient(there),
    kmsAtHome: new KMSClient(atHome),
    lambda: new LambdaClient(atHome),
    s3: new S3Client(atHome),
    sts: new STSClient(there),
  };
};

/** Name and path that IAM Identity Center gives the role of a permission set. */
const STAFF = {
  name: 'AWSReservedSSO_CordonForensics_0123456789abcdef',
  path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
};

/** Forensic staff as Identity Center signs them in. The role may do everything: what stops it is not its own policy. */
const staffRole = ({ organization, accounts }: Aftermath): string => {
  organization.world.of(iamState, accounts.forensics, '').roles.delete(STAFF.name);
  return addRole(
    organization.world,
    {
      account: accounts.forensics,
      ...STAFF,
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${accounts.forensics}:root` },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      inline: {
        everything: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        },
      },
    },
    { ids: organization.ids, now: organization.timeline.now() },
  ).arn;
};

/** The incident whose object the attacks are on. */
export const incidentOf = ({ held }: Pick<Aftermath, 'held'>): string => held.key.split('/')[1] ?? '';

/** ARN of the role of forensic staff in the evidence account. */
export const readerArn = ({ accounts }: Pick<Aftermath, 'accounts'>): string =>
  `arn:aws:iam::${accounts.evidence}:role${IAM_PATH}${EVIDENCE_READER_ROLE_NAME}`;

/** A session of staff as the desk gives it, by the role of the desk's function: one incident's, in the name of the person. */
const asReader = async (on: Aftermath, desk: Hands): Promise<Keys> => {
  const { Credentials: issued } = await on.organization.during(() =>
    desk.sts.send(
      new AssumeRoleCommand({
        RoleArn: readerArn(on),
        RoleSessionName: 'reading',
        SourceIdentity: 'a.analyst',
        Tags: [{ Key: 'incident', Value: incidentOf(on) }],
      }),
    ),
  );
  return {
    accessKeyId: issued?.AccessKeyId ?? '',
    secretAccessKey: issued?.SecretAccessKey ?? '',
    sessionToken: issued?.SessionToken ?? '',
  };
};

/** Every identity of these tests. */
export type Who =
  | 'the administrator of the member'
  | 'the root user of the member'
  | 'the administrator of the evidence account'
  | 'the root user of the evidence account'
  | 'the administrator of the security account'
  | 'the administrator of the forensics account'
  | 'the contained instance'
  | 'the thief of its credentials'
  | 'its sibling'
  | 'forensic staff'
  | 'the evidence desk'
  | 'the evidence reader';

const A_WHILE_SECONDS = 21_600;

/** Gives each identity its clients, in a world where the incident is over. */
export const castOf = async (on: Aftermath): Promise<Readonly<Record<Who, Hands>>> => {
  const { organization, accounts, suspect, siblingId, homeRegion, arrivedAt } = on;
  const { host, world } = organization;
  const hands = (keys: Keys): Hands => handsOf(organization, keys, { region: suspect.region, homeRegion });
  const administrator = (account: string): Hands =>
    hands(organization.credentialsFor(account, 'administrator'));
  const root = (account: string): Hands =>
    hands(
      host.issueCredentials(
        {
          account,
          principal: { kind: 'root', account },
          accessKeyId: '',
          context: {},
          sessionPolicies: [],
          transitiveTags: {},
        },
        A_WHILE_SECONDS,
      ),
    );
  // As the metadata service gave them to the instance when its finding arrived, before it was contained.
  const session = (instanceId: string) => instanceSession(world, { ...suspect, instanceId }, arrivedAt);
  const { within: _within, ...stolen } = session(suspect.instanceId);
  const staff = hands(organization.credentialsFor(accounts.forensics, { arn: staffRole(on) }));
  const desk = hands(
    organization.credentialsFor(accounts.evidence, {
      arn: `arn:aws:iam::${accounts.evidence}:role${IAM_PATH}${EVIDENCE_DESK_FUNCTION_NAME}`,
    }),
  );
  return {
    'the administrator of the member': administrator(suspect.account),
    'the root user of the member': root(suspect.account),
    'the administrator of the evidence account': administrator(accounts.evidence),
    'the root user of the evidence account': root(accounts.evidence),
    'the administrator of the security account': administrator(accounts.security),
    'the administrator of the forensics account': administrator(accounts.forensics),
    'the contained instance': hands(host.issueCredentials(session(suspect.instanceId), A_WHILE_SECONDS)),
    'the thief of its credentials': hands(host.issueCredentials(stolen, A_WHILE_SECONDS)),
    'its sibling': hands(host.issueCredentials(session(siblingId), A_WHILE_SECONDS)),
    'forensic staff': staff,
    'the evidence desk': desk,
    'the evidence reader': hands(await asReader(on, desk)),
  };
};
