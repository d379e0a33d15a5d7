import {
  ARCHIVIST_FUNCTION_NAME,
  DISPOSER_FUNCTION_NAME,
  KEEPER_FUNCTION_NAME,
  longestDays,
  RECORDER_FUNCTION_NAME,
  TAGS,
  vaultBucketName,
} from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const { evidence } = config;
const COPY = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;
const BUCKET = `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`;
const objectOf = (incident: string): string => `${BUCKET}/incidents/${incident}/objects/finding.json`;
const ENTRY = `${BUCKET}/incidents/${INCIDENT}/custody/000001.json`;
const INVENTORY = `${BUCKET}/incidents/${INCIDENT}-keeping/inventories/0a1b.json`;
const at = (service: string, rest: string): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS.evidence}:${rest}`;
const KEEPER = at('lambda', `function:${KEEPER_FUNCTION_NAME}`);
const logOf = (name: string): string =>
  at('logs', `log-group:/aws/lambda/${name}:log-stream:2026/11/21/[$LATEST]0a1b2c3d`);
const denied = (...sids: readonly string[]): PowerCase['answer'] => ({
  deniedBy: sids.map((sid) => `bucket cordon-vault/${sid}`),
});
const NOT_ALLOWED = { guardrails: 'off', answer: { notAllowedBy: 'identity' } } as const;

const tags = (hop: string, incident: string): NonNullable<PowerCase['given']> => ({
  [`aws:ResourceTag/${TAGS.hop}`]: hop,
  [`aws:ResourceTag/${TAGS.incident}`]: incident,
});
const EVIDENCE = tags('evidence', INCIDENT);
const forDays = (days: number): NonNullable<PowerCase['given']> => ({
  'ec2:SnapshotLockDuration': String(days),
});

const lock = { as: 'archivist', action: 'ec2:LockSnapshot', on: COPY } as const;
const archive = { as: 'archivist', action: 'ec2:ModifySnapshotTier', on: COPY } as const;

const archivistCases: readonly PowerCase[] = [
  ...[evidence.lockDays, longestDays(evidence)].map((days): PowerCase => ({
    ...lock,
    name: `the archivist locks a copy for ${days} days`,
    given: { ...EVIDENCE, ...forDays(days) },
    answer: 'allowed',
  })),
  ...(
    [
      ['for a day less than every case', { ...EVIDENCE, ...forDays(evidence.lockDays - 1) }],
      ['for a day more than the deployment lets', { ...EVIDENCE, ...forDays(longestDays(evidence) + 1) }],
      ['until a date, whose days nobody counts', EVIDENCE],
      ['that is on its way', { ...tags('transit', INCIDENT), ...forDays(evidence.lockDays) }],
      ['that is no evidence', forDays(evidence.lockDays)],
    ] as const
  ).map(([how, given]): PowerCase => ({
    ...lock,
    ...NOT_ALLOWED,
    name: `the archivist locks a copy ${how}`,
    given,
  })),
  { ...archive, name: 'the archivist archives a copy', given: EVIDENCE, answer: 'allowed' },
  {
    ...archive,
    ...NOT_ALLOWED,
    name: 'the archivist archives a copy that is on its way',
    given: tags('transit', INCIDENT),
  },
  {
    as: 'archivist',
    action: 'ec2:DescribeLockedSnapshots',
    on: '*',
    name: 'the archivist looks at locks',
    answer: 'allowed',
  },
  ...[
    'ec2:DeleteSnapshot',
    'ec2:UnlockSnapshot',
    'ec2:ModifySnapshotAttribute',
    'ec2:RestoreSnapshotTier',
  ].map((action): PowerCase => ({
    ...NOT_ALLOWED,
    as: 'archivist',
    action,
    on: COPY,
    name: `the archivist does more to a copy than it is for (${action})`,
    given: EVIDENCE,
  })),
];

const destroyCopy = { as: 'disposer', action: 'ec2:DeleteSnapshot', on: COPY } as const;
const destroyObject = { as: 'disposer', action: 's3:DeleteObjectVersion' } as const;

const disposerCases: readonly PowerCase[] = [
  { ...destroyCopy, name: 'the disposer deletes a copy of its incident', given: EVIDENCE, answer: 'allowed' },
  ...(
    [
      ['of another incident', tags('evidence', OTHER_INCIDENT)],
      ['of its incident on its way', tags('transit', INCIDENT)],
      ['of no incident', { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence' }],
    ] as const
  ).map(([which, given]): PowerCase => ({
    ...destroyCopy,
    ...NOT_ALLOWED,
    name: `the disposer deletes a copy ${which}`,
    given,
  })),
  ...[INCIDENT, `${INCIDENT}-r1`, `${INCIDENT}-release`].map((ledger): PowerCase => ({
    ...destroyObject,
    name: `the disposer deletes an object of ledger ${ledger}`,
    on: objectOf(ledger),
    answer: 'allowed',
  })),
  ...[OTHER_INCIDENT, `${INCIDENT}0`].map((ledger): PowerCase => ({
    ...destroyObject,
    ...NOT_ALLOWED,
    name: `the disposer deletes an object of ledger ${ledger}, which is another incident's`,
    on: objectOf(ledger),
  })),
  ...(
    [
      ['an entry of the sealed ledger', ENTRY],
      ['the list of what was destroyed', INVENTORY],
    ] as const
  ).map(([what, on]): PowerCase => ({
    ...destroyObject,
    name: `the disposer deletes ${what}`,
    on,
    answer: denied('NobodyDestroysLedgers'),
  })),
  {
    as: 'disposer',
    action: 's3:BypassGovernanceRetention',
    on: objectOf(INCIDENT),
    name: 'the disposer goes past the lock of an object',
    answer: denied('NobodyEnds'),
  },
  {
    as: 'disposer',
    action: 's3:PutObjectLegalHold',
    on: objectOf(INCIDENT),
    name: 'the disposer lifts a hold',
    answer: denied('OnlyRecorderHolds'),
  },
  {
    ...NOT_ALLOWED,
    as: 'disposer',
    action: 'ec2:UnlockSnapshot',
    on: COPY,
    name: 'the disposer unlocks a copy',
    given: EVIDENCE,
  },
  {
    ...NOT_ALLOWED,
    as: 'disposer',
    action: 'lambda:InvokeFunction',
    on: KEEPER,
    name: 'the disposer, as its duty, has a certificate written',
  },
];

/** Nobody but the disposer, whoever they are. */
const othersCases: readonly PowerCase[] = (
  [
    'administrator of evidence',
    'root of evidence',
    'break-glass of evidence',
    'recorder',
    'archivist',
    'disposer function',
    'custodian',
    'evidence reader',
  ] as const
).flatMap((as: Who): readonly PowerCase[] => [
  {
    as,
    action: 's3:DeleteObjectVersion',
    on: objectOf(INCIDENT),
    name: `the ${as} deletes a version of an object of the vault`,
    answer: denied('OnlyDisposerDestroys'),
  },
  {
    as,
    action: 's3:DeleteObjectVersion',
    on: ENTRY,
    name: `the ${as} deletes a version of a custody entry`,
    answer: denied('OnlyDisposerDestroys', 'NobodyDestroysLedgers'),
  },
]);

const retained = (days: number, mode: string = evidence.lockMode): NonNullable<PowerCase['given']> => ({
  's3:object-lock-remaining-retention-days': String(days),
  's3:object-lock-mode': mode.toUpperCase(),
});
const retain = { as: 'recorder', action: 's3:PutObjectRetention', on: objectOf(INCIDENT) } as const;

const retentionCases: readonly PowerCase[] = [
  ...[evidence.lockDays, longestDays(evidence) + 1].map((days): PowerCase => ({
    ...retain,
    name: `the recorder has an object kept for ${days} days`,
    given: retained(days),
    answer: 'allowed',
  })),
  {
    ...retain,
    name: 'the recorder has an object kept for less than every case',
    given: retained(evidence.lockDays - 1),
    answer: denied('RecorderRetainsLonger'),
  },
  {
    ...retain,
    ...NOT_ALLOWED,
    name: 'the recorder has an object kept for less than every case, where the vault let it',
    given: retained(evidence.lockDays - 1),
    alone: 'role',
  },
  {
    ...retain,
    ...NOT_ALLOWED,
    name: 'the recorder has an object kept for longer than the deployment lets',
    given: retained(longestDays(evidence) + 2),
  },
  {
    ...retain,
    ...NOT_ALLOWED,
    name: 'the recorder has an object kept in another mode than the deployment says',
    given: retained(evidence.lockDays, evidence.lockMode === 'governance' ? 'compliance' : 'governance'),
  },
  {
    ...retain,
    ...NOT_ALLOWED,
    name: 'the recorder has an object outside the incidents kept',
    on: `${BUCKET}/tools/hide.json`,
    given: retained(evidence.lockDays),
  },
  {
    ...retain,
    name: 'break-glass changes for how long an object is kept, which is seen',
    as: 'break-glass of evidence',
    given: retained(1),
    answer: 'allowed',
  },
  ...(
    [
      'administrator of evidence',
      'root of evidence',
      'cdk of evidence',
      'custodian',
      'archivist',
      'disposer',
    ] as const
  ).map((as: Who): PowerCase => ({
    ...retain,
    name: `the ${as} changes for how long an object is kept`,
    as,
    given: retained(1),
    answer: denied('OnlyRecorderRetains'),
  })),
];

/** What each function needs to do its work at all. */
const functionCases: readonly PowerCase[] = (
  [
    ['archivist', ARCHIVIST_FUNCTION_NAME],
    ['disposer function', DISPOSER_FUNCTION_NAME],
  ] as const
).flatMap(([as, name]): readonly PowerCase[] => [
  { as, action: 'lambda:InvokeFunction', on: KEEPER, name: `the ${as} asks the keeper`, answer: 'allowed' },
  {
    ...NOT_ALLOWED,
    as,
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${RECORDER_FUNCTION_NAME}`),
    name: `the ${as} has the recorder write`,
  },
  ...['CreateLogStream', 'PutLogEvents'].flatMap((action): readonly PowerCase[] => [
    {
      as,
      action: `logs:${action}`,
      on: logOf(name),
      name: `the ${as} writes its log by ${action}`,
      answer: 'allowed',
    },
    {
      ...NOT_ALLOWED,
      as,
      action: `logs:${action}`,
      on: logOf(KEEPER_FUNCTION_NAME),
      name: `the ${as} writes the keeper's log by ${action}`,
    },
  ]),
]);

const clock = {
  as: 'service events.amazonaws.com',
  action: 'lambda:InvokeFunction',
  on: at('lambda', `function:${ARCHIVIST_FUNCTION_NAME}`),
  owner: 'evidence',
} as const;

const clockCases: readonly PowerCase[] = [
  {
    ...clock,
    name: 'its own schedule has the archivist look',
    given: { 'aws:SourceArn': at('events', `rule/${ARCHIVIST_FUNCTION_NAME}`) },
    answer: 'allowed',
  },
  {
    ...clock,
    name: 'a rule of somebody in the evidence account has the archivist look',
    given: { 'aws:SourceArn': at('events', 'rule/send-everything') },
    answer: { notAllowedBy: 'resource' },
  },
];

/** How evidence is kept to its end, and who ends it. */
export const keepingCases: readonly PowerCase[] = [
  ...archivistCases,
  ...disposerCases,
  ...othersCases,
  ...retentionCases,
  ...functionCases,
  ...clockCases,
];
