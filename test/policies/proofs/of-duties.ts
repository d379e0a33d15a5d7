import {
  dutyPerformers,
  dutyRoleArn,
  DUTIES,
  performingAccount,
  STEP_DUTY,
  STEPS,
  type Duty,
} from '@cordon/incident';
import { ACCOUNTS, type AccountName } from '../cast.ts';
import { never, type Invariant, type Never } from './invariant.ts';
import { changesOf, evidenceKeys, roleOf, snapshotOf, vaultObject } from './targets.ts';

const ACCOUNT_OF: Readonly<Record<Duty, AccountName>> = {
  inspect: 'member',
  contain: 'member',
  revoke: 'member',
  acquire: 'member',
  release: 'member',
  replace: 'member',
  capture: 'member',
  'read-source': 'member',
  custodian: 'evidence',
  hasher: 'evidence',
  examiner: 'forensics',
};

const ASSUME = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

/** Who takes which role, and what the roles of machines and staff can do. */
export const ofDuties: readonly Invariant[] = [
  {
    says: 'only the functions of a duty, from the organization, take its role',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        DUTIES.flatMap((duty): readonly Never[] => {
          const account = ACCOUNT_OF[duty];
          const target = { arn: dutyRoleArn('aws', ACCOUNTS[account], duty), owner: account };
          const performers = dutyPerformers('aws', ACCOUNTS, duty);
          const home = performingAccount(duty, ACCOUNTS);
          const except = (at: AccountName): readonly string[] => (ACCOUNTS[at] === home ? performers : []);
          return [
            {
              who: 'administrator of security',
              anyRoleOf: { except: except('security') },
              actions: ASSUME,
              target,
            },
            { who: 'root of security', actions: ASSUME, target },
            {
              who: `administrator of ${account}`,
              anyRoleOf: { except: except(account) },
              actions: ASSUME,
              target,
            },
            { who: 'administrator of outside', anyRoleOf: { except: [] }, actions: ASSUME, target },
          ];
        }),
      ),
  },
  {
    says: 'a function takes the role of its one duty, and no other role',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        STEPS.flatMap((step): readonly Never[] => {
          const duty = STEP_DUTY[step];
          const account = duty === undefined ? 'member' : ACCOUNT_OF[duty];
          const own =
            duty === undefined
              ? []
              : [dutyRoleArn('aws', account === 'member' ? '*' : ACCOUNTS[account], duty)];
          return (['member', 'evidence', 'forensics', 'security'] as const).map((owner) => ({
            who: `function ${step}` as const,
            actions: ASSUME,
            target: roleOf(owner),
            openResource: true,
            ...(own.length === 0 ? {} : { unless: { resource: own } }),
          }));
        }),
      ),
  },
  {
    says: 'forensic staff write nothing in the evidence account',
    holds: 'always',
    claims: (on) =>
      never(on, [
        { who: 'evidence reader', actions: changesOf(on.catalogue, 's3'), target: vaultObject },
        { who: 'evidence reader', actions: changesOf(on.catalogue, 'ec2'), target: snapshotOf('evidence') },
        ...evidenceKeys(on.organization).map((arn) => ({
          who: 'evidence reader' as const,
          actions: changesOf(on.catalogue, 'kms').filter((name) => name !== 'kms:Decrypt'),
          target: { arn, owner: 'evidence' as const },
        })),
      ]),
  },
  {
    says: 'a forensic machine reads no evidence by its profile, and writes nowhere but its own prefix (of which this version has none)',
    holds: 'always',
    claims: (on) =>
      never(on, [
        {
          who: 'forensic machine',
          actions: on.catalogue.actions.filter((name) =>
            /^(s3|s3-object-lambda|ebs|kms|ec2|sts|iam|secretsmanager|dynamodb|lambda):/.test(name),
          ),
          target: vaultObject,
          openResource: true,
        },
        {
          who: 'forensic machine',
          actions: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetDocument', 'ssm:SendCommand'],
          target: {
            arn: `arn:aws:ssm:eu-west-1:${ACCOUNTS.forensics}:parameter/x`,
            forms: [`arn:aws:ssm:*:${ACCOUNTS.forensics}:*`],
            owner: 'forensics',
          },
        },
      ]),
  },
  {
    says: 'a contained instance gets nothing by the quarantine profile but the channel of its agent',
    holds: 'always',
    claims: (on) =>
      never(on, [
        {
          who: 'quarantined instance',
          actions: on.catalogue.actions.filter(
            (name) => !/^(ssmmessages|ec2messages):|^ssm:UpdateInstanceInformation$/.test(name),
          ),
          target: {
            arn: `arn:aws:ssm:eu-west-1:${ACCOUNTS.member}:parameter/x`,
            forms: ['*'],
            owner: 'member',
          },
        },
      ]),
  },
];
