import {
  ARCHIVIST_FUNCTION_NAME,
  DISPOSER_FUNCTION_NAME,
  EVIDENCE_DESK_FUNCTION_NAME,
  KEEPER_FUNCTION_NAME,
  KEY_ALIASES,
  RECORDER_FUNCTION_NAME,
  vaultBucketName,
} from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';

const at = (service: string, rest: string): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS.evidence}:${rest}`;
const DESK = at('lambda', `function:${EVIDENCE_DESK_FUNCTION_NAME}`);
const KEEPER = at('lambda', `function:${KEEPER_FUNCTION_NAME}`);
const RECORDER = at('lambda', `function:${RECORDER_FUNCTION_NAME}`);
const roleOf = (name: string): string => `arn:aws:iam::${ACCOUNTS.evidence}:role/cordon/${name}`;
const logOf = (name: string): string =>
  at('logs', `log-group:/aws/lambda/${name}:log-stream:2026/11/21/[$LATEST]0a1b2c3d`);

type Row = Pick<PowerCase, 'action' | 'on' | 'owner' | 'given'> & { readonly does: string };

const MAY: readonly Row[] = [
  { does: 'has the keeper write', action: 'lambda:InvokeFunction', on: KEEPER },
  {
    does: 'has the archivist look',
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${ARCHIVIST_FUNCTION_NAME}`),
  },
  {
    does: 'has the disposer begin',
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${DISPOSER_FUNCTION_NAME}`),
  },
  ...['CreateLogStream', 'PutLogEvents'].map((action) => ({
    does: `writes its log by ${action}`,
    action: `logs:${action}`,
    on: logOf(EVIDENCE_DESK_FUNCTION_NAME),
  })),
];

const MAY_NOT: readonly Row[] = [
  { does: 'has the recorder write', action: 'lambda:InvokeFunction', on: RECORDER },
  { does: "writes the keeper's log", action: 'logs:PutLogEvents', on: logOf(KEEPER_FUNCTION_NAME) },
  { does: 'takes the custodian role', action: 'sts:AssumeRole', on: roleOf('cordon-custodian') },
  { does: "takes the recorder's role", action: 'sts:AssumeRole', on: roleOf(RECORDER_FUNCTION_NAME) },
  {
    does: 'deletes a copy',
    action: 'ec2:DeleteSnapshot',
    on: `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`,
  },
];

const throughUrl = (as: Who, action: string, given: PowerCase['given']): PowerCase => ({
  name: `the ${as} comes to the evidence desk by its URL (${action})`,
  as,
  action,
  on: DESK,
  owner: 'evidence',
  ...(given === undefined ? {} : { given }),
  answer: 'allowed',
});

/** Who comes to evidence, by which door, and that behind it nobody but the desk asks the keeper. */
export const evidenceDeskCases: readonly PowerCase[] = [
  ...MAY.map(({ does, ...asked }): PowerCase => ({
    name: `the evidence desk ${does}`,
    as: 'evidence desk',
    ...asked,
    answer: 'allowed',
  })),
  ...MAY_NOT.map(({ does, ...asked }): PowerCase => ({
    name: `the evidence desk ${does}`,
    as: 'evidence desk',
    ...asked,
    guardrails: 'off',
    answer: { notAllowedBy: asked.action === 'sts:AssumeRole' ? 'resource' : 'identity' },
  })),
  {
    name: 'the evidence desk reads an object of the vault itself',
    as: 'evidence desk',
    action: 's3:GetObject',
    on: `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}/incidents/${INCIDENT}/manifest.json`,
    answer: { deniedBy: ['bucket cordon-vault/OnlyRecorderAndStaffRead'] },
  },
  {
    name: 'the evidence desk signs an entry itself',
    as: 'evidence desk',
    action: 'kms:Sign',
    on: keyNamed({ account: 'evidence', of: KEY_ALIASES.custody }),
    guardrails: 'off',
    alone: 'role',
    answer: { notAllowedBy: 'identity' },
  },
  ...(['evidence keeper', 'evidence disposer', 'forensics analyst'] as const).flatMap((as) => [
    throughUrl(as, 'lambda:InvokeFunctionUrl', { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }),
    throughUrl(as, 'lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'true' }),
  ]),
  ...[
    { how: 'after its account left the organization', given: { 'aws:PrincipalOrgID': 'o-elsewhere1' } },
    { how: 'by a URL that lets anybody in', given: { 'lambda:FunctionUrlAuthType': 'NONE' } },
  ].map(({ how, given }): PowerCase => ({
    ...throughUrl('forensics analyst', 'lambda:InvokeFunctionUrl', {
      'lambda:FunctionUrlAuthType': 'AWS_IAM',
      ...given,
    }),
    name: `the forensics analyst comes to the evidence desk ${how}`,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  ...[
    {
      how: 'after its account left the organization',
      given: { 'aws:PrincipalOrgID': 'o-elsewhere1', 'lambda:InvokedViaFunctionUrl': 'true' },
    },
    {
      how: 'past its URL, to say itself who calls',
      given: { 'lambda:InvokedViaFunctionUrl': 'false' },
    },
  ].map(({ how, given }): PowerCase => ({
    ...throughUrl('forensics analyst', 'lambda:InvokeFunction', given),
    name: `the forensics analyst calls the evidence desk ${how}`,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  ...['CreateLogStream', 'PutLogEvents'].map((action): PowerCase => ({
    name: `the keeper, in the recorder's role, writes its log by ${action}`,
    as: 'recorder',
    action: `logs:${action}`,
    on: logOf(KEEPER_FUNCTION_NAME),
    answer: 'allowed',
  })),
  ...(['function take-custody', 'function seal', 'operator function'] as const).map((as): PowerCase => ({
    name: `the ${as} has the keeper write in a person's name`,
    as,
    action: 'lambda:InvokeFunction',
    on: KEEPER,
    owner: 'evidence',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  ...(['evidence keeper', 'recorder', 'custodian', 'evidence reader'] as const).map((as): PowerCase => ({
    name: `the ${as} has the keeper write, past the desk`,
    as,
    action: 'lambda:InvokeFunction',
    on: KEEPER,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
];
