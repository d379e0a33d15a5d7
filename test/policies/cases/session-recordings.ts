import {
  FORENSIC_MACHINE_ROLE_NAME,
  KEY_ALIASES,
  SESSION_DOCUMENT_NAME,
  SESSION_LOG_GROUP_NAME,
  SESSION_READER_ROLE_NAME,
  SESSION_WATCH_FUNCTION_NAME,
} from '@cordon/incident';
import { ACCOUNTS, HOME, roleIn, type AccountName, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { each, letThrough, refused } from './guardrails-rows.ts';
import { recordingOf } from './recordings.ts';

const at = (service: string, rest: string, account: AccountName): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS[account]}:${rest}`;
const KEY = keyNamed({ account: 'forensics', of: KEY_ALIASES.sessions });
const WORKING = keyNamed({ account: 'forensics', of: KEY_ALIASES.forensics });
const NAMED = { 'kms:ResourceAliases': [KEY_ALIASES.sessions] };
const GROUP = at('logs', `log-group:${SESSION_LOG_GROUP_NAME}`, 'forensics');
const OTHER_GROUP = at('logs', 'log-group:/somebody/elses', 'forensics');
const contextOf = (group: string) => ({ 'kms:EncryptionContext:aws:logs:arn': group });

const keyCases: readonly PowerCase[] = [
  ...['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey'].flatMap(
    (action): readonly PowerCase[] => [
      {
        name: `CloudWatch Logs uses the key of sessions for recordings by kms:${action}`,
        as: `service logs.${HOME}.amazonaws.com`,
        action: `kms:${action}`,
        on: KEY,
        owner: 'forensics',
        given: contextOf(GROUP),
        answer: 'allowed',
      },
      {
        name: `CloudWatch Logs uses the key of sessions for another log group by kms:${action}`,
        as: `service logs.${HOME}.amazonaws.com`,
        action: `kms:${action}`,
        on: KEY,
        owner: 'forensics',
        given: contextOf(OTHER_GROUP),
        answer: { notAllowedBy: 'resource' },
      },
    ],
  ),
  {
    name: 'the agent of the forensic machine opens the channel of a session',
    as: 'forensic machine',
    action: 'kms:Decrypt',
    on: KEY,
    given: NAMED,
    through: 'kms',
    answer: 'allowed',
  },
  {
    name: 'malware on the forensic machine decrypts under the working key',
    as: 'forensic machine',
    action: 'kms:Decrypt',
    on: WORKING,
    given: { 'kms:ResourceAliases': [KEY_ALIASES.forensics] },
    alone: 'role',
    answer: { notAllowedBy: 'identity' },
  },
  {
    name: 'malware on the forensic machine makes data keys',
    as: 'forensic machine',
    action: 'kms:GenerateDataKey',
    on: KEY,
    given: NAMED,
    answer: { deniedBy: [`forensics/${FORENSIC_MACHINE_ROLE_NAME}/NothingElse`] },
  },
  ...(['outside', 'member', 'evidence'] as const).map((account): PowerCase => ({
    name: `malware with credentials of ${account} decrypts through the endpoint kms of the isolated network`,
    as: `administrator of ${account}`,
    action: 'kms:Decrypt',
    on: at('kms', 'key/0a1b2c3d-0000-4000-8000-000000000000', account),
    through: 'kms',
    alone: 'role',
    answer: { notAllowedBy: 'endpoint' },
  })),
  {
    name: 'malware with credentials of member, which somebody let use the key of sessions, decrypts through the endpoint kms',
    as: 'administrator of member',
    action: 'kms:Decrypt',
    on: KEY,
    owner: 'forensics',
    through: 'kms',
    alone: 'role',
    guardrails: 'off',
    answer: { notAllowedBy: 'endpoint' },
  },
  {
    name: 'malware with a role that may makes data keys through the endpoint kms of the isolated network',
    as: 'administrator of forensics',
    action: 'kms:GenerateDataKey',
    on: KEY,
    through: 'kms',
    answer: { notAllowedBy: 'endpoint' },
  },
  {
    name: 'the administrator of forensics decrypts what a session says',
    as: 'administrator of forensics',
    action: 'kms:Decrypt',
    on: KEY,
    answer: { notAllowedBy: 'resource' },
  },
  {
    name: 'whom a policy of the account lets opens the channel of a session',
    as: 'administrator of forensics',
    action: 'kms:GenerateDataKey',
    on: KEY,
    answer: 'allowed',
  },
];

const READER = { on: roleIn('forensics', SESSION_READER_ROLE_NAME), owner: 'forensics' } as const;
const TAKES = { ...READER, action: 'sts:AssumeRole' } as const;

const readerCases: readonly PowerCase[] = [
  {
    ...TAKES,
    name: 'the watch of sessions, in the recorder’s role, sees sessions',
    as: 'recorder',
    answer: 'allowed',
  },
  {
    ...TAKES,
    name: 'the recorder sees sessions after its account left the organization',
    as: 'recorder',
    given: { 'aws:PrincipalOrgID': 'o-elsewhere1' },
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
  ...(
    ['administrator of evidence', 'custodian', 'function investigate', 'administrator of outside'] as const
  ).map((as): PowerCase => ({
    ...TAKES,
    name: `the ${as} takes the role that reads recordings`,
    as,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  {
    ...TAKES,
    name: 'the administrator of forensics takes the role that reads recordings',
    as: 'administrator of forensics',
    guardrails: 'off',
    answer: { notAllowedBy: 'resource' },
  },
  {
    ...TAKES,
    name: 'the recorder takes the role of a forensic machine',
    on: roleIn('forensics', FORENSIC_MACHINE_ROLE_NAME),
    as: 'recorder',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
  ...['ssm:DescribeSessions', 'ec2:DescribeInstances'].map((action): PowerCase => ({
    name: `the watch of sessions looks by ${action}`,
    as: 'session reader',
    action,
    on: '*',
    answer: 'allowed',
  })),
  {
    name: 'the watch of sessions reads a recording',
    as: 'session reader',
    action: 'logs:FilterLogEvents',
    on: recordingOf(SESSION_LOG_GROUP_NAME),
    answer: 'allowed',
  },
  ...(
    [
      ['reads another log group', 'logs:FilterLogEvents', recordingOf('/somebody/elses')],
      ['ends a recording', 'logs:DeleteLogStream', recordingOf(SESSION_LOG_GROUP_NAME)],
      ['starts a session', 'ssm:StartSession', at('ec2', 'instance/i-0a1b2c3d4e5f60718', 'forensics')],
    ] as const
  ).map(([does, action, on]): PowerCase => ({
    name: `the watch of sessions ${does}`,
    as: 'session reader',
    action,
    on,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
  ...['CreateLogStream', 'PutLogEvents'].map((action): PowerCase => ({
    name: `the watch of sessions, in the recorder's role, writes its log by ${action}`,
    as: 'recorder',
    action: `logs:${action}`,
    on: at(
      'logs',
      `log-group:/aws/lambda/${SESSION_WATCH_FUNCTION_NAME}:log-stream:2026/11/21/[$LATEST]0a1b`,
      'evidence',
    ),
    answer: 'allowed',
  })),
  ...(
    [
      ['its own clock', SESSION_WATCH_FUNCTION_NAME, 'allowed'],
      ['a rule of somebody in the evidence account', 'send-everything', { notAllowedBy: 'resource' }],
    ] as const
  ).map(([who, rule, answer]): PowerCase => ({
    name: `${who} calls the watch of sessions`,
    as: 'service events.amazonaws.com',
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${SESSION_WATCH_FUNCTION_NAME}`, 'evidence'),
    owner: 'evidence',
    given: { 'aws:SourceArn': at('events', `rule/${rule}`, 'evidence') },
    answer,
  })),
];

const by = (sid: string): readonly string[] => [`SCP cordon-forensics/${sid}`];
const INSIDERS: readonly Who[] = ['administrator of forensics', 'root of forensics'];
const DEPLOYERS: readonly Who[] = ['break-glass of forensics', 'cdk of forensics'];
const KEPT = [
  {
    sid: 'KeepRecordings',
    on: recordingOf(SESSION_LOG_GROUP_NAME),
    actions: ['logs:DeleteLogStream'],
  },
  {
    sid: 'KeepRecordings',
    on: GROUP,
    actions: [
      'logs:AssociateKmsKey',
      'logs:DeleteLogGroup',
      'logs:DisassociateKmsKey',
      'logs:PutRetentionPolicy',
    ],
  },
  {
    sid: 'KeepSessionDocument',
    on: at('ssm', `document/${SESSION_DOCUMENT_NAME}`, 'forensics'),
    actions: ['ssm:DeleteDocument', 'ssm:UpdateDocument', 'ssm:UpdateDocumentDefaultVersion'],
  },
] as const;

const guardrailCases: readonly PowerCase[] = [
  ...KEPT.flatMap(({ sid, on, actions }) =>
    actions.flatMap((action) => [
      ...refused(
        by(sid),
        each(INSIDERS, { does: `keeps sessions from being known by ${action}`, action, on }),
      ),
      ...letThrough(each(DEPLOYERS, { does: `changes how sessions are recorded by ${action}`, action, on })),
    ]),
  ),
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].flatMap((action) => {
    const on = recordingOf(SESSION_LOG_GROUP_NAME);
    return [
      ...refused(
        by('MachinesAloneRecord'),
        each([...INSIDERS, ...DEPLOYERS], { does: `forges a recording by ${action}`, action, on }),
      ),
      ...letThrough([{ as: 'forensic machine', does: `records by ${action}`, action, on }]),
    ];
  }),
  ...refused(
    ['RCP cordon-duty-roles/RecorderAlone'],
    [
      ...each(['function seal'], { does: 'takes the role that reads recordings', ...TAKES }),
      {
        as: 'evidence desk',
        does: 'takes the role that reads recordings',
        ...TAKES,
      },
    ],
  ),
  ...refused(
    ['RCP cordon-duty-roles/OurFunctionsAndDeskAlone', 'RCP cordon-duty-roles/RecorderAlone'],
    each(['administrator of forensics', 'break-glass of forensics', 'administrator of outside'], {
      does: 'takes the role that reads recordings',
      ...TAKES,
    }),
  ),
];

/** Who records sessions, who reads and carries recordings, and who could keep them from being known. */
export const sessionRecordingCases: readonly PowerCase[] = [...keyCases, ...readerCases, ...guardrailCases];
