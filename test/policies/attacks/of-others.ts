import { CreateStackSetCommand } from '@aws-sdk/client-cloudformation';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import {
  DUTIES,
  dutyRoleArn,
  functionName,
  RECORDER_FUNCTION_NAME,
  STEPS,
  type CordonConfig,
  type Duty,
} from '@cordon/incident';
import { refused, SAYING, type Attack } from './attack.ts';
import type { Aftermath } from './aftermath.ts';
import { readerArn, type Hands, type Who } from './cast.ts';
import { deleteObject, getObject, putObject, sign } from './of-evidence.ts';

const assume = (
  { sts }: Hands,
  RoleArn: string,
  more: {
    readonly SourceIdentity?: string;
    readonly Tags?: { readonly Key: string; readonly Value: string }[];
  } = {},
) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'mine', ...more }));

/** The account that holds a duty's role. */
const holderOf = (duty: Duty, { accounts, suspect }: Pick<Aftermath, 'accounts' | 'suspect'>): string =>
  duty === 'custodian' || duty === 'hasher'
    ? accounts.evidence
    : duty === 'examiner'
      ? accounts.forensics
      : suspect.account;

const taking = (as: Who): readonly Attack[] =>
  refused({ as, code: 'AccessDenied', saying: SAYING.resourceControl }, [
    ...DUTIES.map(
      (duty) =>
        [
          `takes the duty ${duty}`,
          (by: Hands, on: Aftermath) => assume(by, dutyRoleArn('aws', holderOf(duty, on), duty)),
        ] as const,
    ),
    [
      'takes the role of forensic staff, under a name',
      (by, on) => assume(by, readerArn(on), { SourceIdentity: 'a.analyst' }),
    ],
  ]);

const security: Who = 'the administrator of the security account';

const invoke = ({ lambda }: Hands, account: keyof CordonConfig['accounts'], name: string, on: Aftermath) =>
  lambda.send(
    new InvokeCommand({
      FunctionName: `arn:aws:lambda:${on.homeRegion}:${on.accounts[account]}:function:${name}`,
      Payload: '{}',
    }),
  );

/** StackSets are delegated to the security account. */
const makeStackSet = ({ cloudformation }: Hands) =>
  cloudformation.send(
    new CreateStackSetCommand({
      StackSetName: 'mine',
      TemplateBody: '{}',
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
    }),
  );

/** The account that the steps run in, and that holds neither evidence nor the key that signs. */
const ofSecurity: readonly Attack[] = [
  ...taking(security),
  ...refused({ as: security, code: 'AccessDeniedException', saying: SAYING.serviceControl }, [
    ...STEPS.map(
      (step) =>
        [
          `calls the function of ${step}`,
          (by: Hands, on: Aftermath) => invoke(by, 'security', functionName(step), on),
        ] as const,
    ),
    [
      'calls the recorder in the evidence account',
      (by, on) => invoke(by, 'evidence', RECORDER_FUNCTION_NAME, on),
    ],
  ]),
  ...refused({ as: security, code: 'AccessDenied', saying: SAYING.serviceControl }, [
    ['makes a StackSet, which would reach every member', makeStackSet],
  ]),
  ...refused({ as: security, code: 'AccessDeniedException', saying: SAYING.resource }, [
    ['signs an entry of custody', sign],
  ]),
  ...refused({ as: security, code: 'AccessDenied', saying: SAYING.resource }, [
    ['reads an object of the vault', getObject],
    ['writes an object into the vault', putObject],
  ]),
  ...refused({ as: security, code: 'AccessDenied', saying: SAYING.resourceOrItsControl }, [
    ['deletes an object of the vault', deleteObject],
  ]),
];

/** The bucket of the workload: its role may read it, and its deny must keep the contained instance out. */
export const workloadBucket = ({ suspect }: Pick<Aftermath, 'suspect'>): string =>
  `workload-${suspect.account}`;

/** What the workload reads on a good day. */
export const WORKLOAD_KEY = 'orders/today.csv';

/** Reads the workload's own object. */
export const readOrders = ({ s3 }: Hands, on: Aftermath) =>
  s3.send(new GetObjectCommand({ Bucket: workloadBucket(on), Key: WORKLOAD_KEY }));

const oldSession = (as: Who): readonly Attack[] => [
  ...refused({ as, code: 'AccessDenied', saying: SAYING.identity }, [
    ['reads what its role may read', readOrders],
    [
      'lists the bucket of its workload',
      ({ s3 }, on) => s3.send(new ListObjectsV2Command({ Bucket: workloadBucket(on) })),
    ],
    [
      'takes another role of its account',
      (by, { suspect }) => assume(by, `arn:aws:iam::${suspect.account}:role/OrganizationAdministrator`),
    ],
  ]),
  ...refused({ as, code: 'UnauthorizedOperation', saying: SAYING.identity }, [
    ['looks for its neighbours', ({ ec2 }) => ec2.send(new DescribeInstancesCommand({}))],
  ]),
];

/** What AWS says where no policy of the caller's allows it. */
const NOT_ALLOWED = /because no identity-based policy allows the s3:\w+ action$/;
/** As the desk tags a session. */
const ONE_INCIDENT = { Tags: [{ Key: 'incident', Value: 'inc-000000' }] };

/** People who may read, and others of their account who may not. */
const ofForensics: readonly Attack[] = [
  ...refused(
    {
      as: 'the evidence desk',
      code: 'AccessDenied',
      saying: /because no role trust policy allows the sts:AssumeRole action$/,
    },
    [
      [
        "takes the role of forensic staff in nobody's name",
        (by, on) => assume(by, readerArn(on), ONE_INCIDENT),
      ],
      [
        'takes the role of forensic staff for no incident',
        (by, on) => assume(by, readerArn(on), { SourceIdentity: 'a.analyst' }),
      ],
    ],
  ),
  ...refused({ as: 'forensic staff', code: 'AccessDenied', saying: SAYING.resourceControl }, [
    [
      'takes the role of forensic staff past the desk',
      (by, on) => assume(by, readerArn(on), { ...ONE_INCIDENT, SourceIdentity: 'a.analyst' }),
    ],
  ]),
  ...refused({ as: 'the evidence reader', code: 'AccessDenied', saying: NOT_ALLOWED }, [
    [
      'reads another incident than the one that was opened',
      ({ s3 }, on) =>
        s3.send(
          new GetObjectCommand({ Bucket: on.vault, Key: on.held.key.replace(/inc-[0-9a-z]+/, 'inc-000000') }),
        ),
    ],
    [
      'lists what incidents there are',
      ({ s3 }, on) => s3.send(new ListObjectsV2Command({ Bucket: on.vault, Prefix: 'incidents/' })),
    ],
  ]),
  ...refused(
    {
      as: 'the administrator of the forensics account',
      code: 'AccessDenied',
      saying: SAYING.resourceControl,
    },
    [
      [
        'takes the role of forensic staff, under a name',
        (by, on) => assume(by, readerArn(on), { SourceIdentity: 'a.analyst' }),
      ],
      [
        'takes the duty examiner',
        (by, on) => assume(by, dutyRoleArn('aws', on.accounts.forensics, 'examiner')),
      ],
    ],
  ),
  ...refused({ as: 'the evidence reader', code: 'AccessDenied', saying: SAYING.resource }, [
    ['writes an object into the vault', putObject],
  ]),
  ...refused({ as: 'the evidence reader', code: 'AccessDenied', saying: SAYING.resourceOrItsControl }, [
    ['deletes an object of the vault', deleteObject],
  ]),
  ...refused({ as: 'the evidence reader', code: 'AccessDeniedException', saying: SAYING.resource }, [
    ['signs an entry of custody', sign],
  ]),
];

/** What everybody else tries. */
export const attacksOfOthers: readonly Attack[] = [
  ...taking('the administrator of the member'),
  ...ofSecurity,
  ...oldSession('the contained instance'),
  ...oldSession('the thief of its credentials'),
  ...ofForensics,
];
