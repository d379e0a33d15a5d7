import { dutyRoleArn, EVIDENCE_READER_ROLE_NAME, STEPS, type Duty } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, INCIDENT, roleIn, type AccountName, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { servedCases } from './trusts-of-services.ts';

type Given = NonNullable<PowerCase['given']>;

/** `function freeze` as a sentence says it. */
const spoken = (who: Who): string =>
  who.startsWith('function ') ? `${who.slice('function '.length)} function` : who;

/** Who performs a duty, in which account its role is. */
interface Performed {
  readonly duty: Duty;
  readonly account: AccountName;
  readonly performers: readonly [Who, ...Who[]];
  /** Where they are; the security account when absent. */
  readonly from?: AccountName;
}

/** Duties that a deployment may do without. */
const OPTIONAL: readonly Performed[] = [
  ...(config.containment.replacement === undefined
    ? []
    : [{ duty: 'replace', account: 'member', performers: ['function replace'] } as const]),
  ...(config.evidence.memory === undefined
    ? []
    : [{ duty: 'capture', account: 'member', performers: ['function capture-memory'] } as const]),
  ...(config.evidence.blockHashes?.fromMember === true
    ? [{ duty: 'read-source', account: 'member', performers: ['block hasher'], from: 'evidence' } as const]
    : []),
];

/** Who performs each duty, written out once more: what the product's own table says is what is asked about. */
const DUTIES: readonly Performed[] = [
  {
    duty: 'inspect',
    account: 'member',
    performers: [
      'function inspect',
      'function trace-sessions',
      'function verify-containment',
      'function watch',
    ],
  },
  {
    duty: 'contain',
    account: 'member',
    performers: [
      'function protect',
      'function isolate-network',
      'function open-path',
      'function close-openings',
      'function stop',
    ],
  },
  { duty: 'revoke', account: 'member', performers: ['function revoke-credentials'] },
  { duty: 'acquire', account: 'member', performers: ['function freeze', 'function hand-over'] },
  { duty: 'release', account: 'member', performers: ['function release', 'function lift-due'] },
  ...OPTIONAL,
  { duty: 'custodian', account: 'evidence', performers: ['function take-custody'] },
  { duty: 'hasher', account: 'evidence', performers: ['block hasher'], from: 'evidence' },
  { duty: 'disposer', account: 'evidence', performers: ['disposer function'], from: 'evidence' },
  { duty: 'examiner', account: 'forensics', performers: ['function investigate', 'function end-machines'] },
];

const TAG = { 'aws:RequestTag/incident': INCIDENT, 'aws:TagKeys': ['incident'] };
const IDENTITY = { 'sts:SourceIdentity': INCIDENT };
const ELSEWHERE = { 'aws:PrincipalOrgID': 'o-elsewhere1' };

/** The checks that AWS makes of one call that takes a duty's role, with what is right for each, and what may be wrong. */
const CHECKS: readonly {
  readonly action: string;
  readonly does: string;
  readonly given: Given;
  readonly wrong: readonly { readonly how: string; readonly given: Given }[];
}[] = [
  {
    action: 'sts:AssumeRole',
    does: 'acts as',
    given: { ...TAG, ...IDENTITY, 'sts:RoleSessionName': INCIDENT },
    wrong: [
      {
        how: 'in a session named for no incident',
        given: { ...TAG, ...IDENTITY, 'sts:RoleSessionName': 'maintenance' },
      },
      {
        how: 'with a source identity that is no incident',
        given: { ...TAG, 'sts:SourceIdentity': 'maintenance', 'sts:RoleSessionName': INCIDENT },
      },
      {
        how: 'without a source identity',
        given: { ...TAG, 'sts:RoleSessionName': INCIDENT },
      },
      {
        how: 'with an incident tag that names no incident',
        given: {
          ...TAG,
          ...IDENTITY,
          'aws:RequestTag/incident': 'maintenance',
          'sts:RoleSessionName': INCIDENT,
        },
      },
      {
        how: 'without an incident tag',
        given: { ...IDENTITY, 'sts:RoleSessionName': INCIDENT },
      },
    ],
  },
  {
    action: 'sts:TagSession',
    does: 'tags a session of',
    given: TAG,
    wrong: [
      {
        how: 'with an incident tag that names no incident',
        given: { ...TAG, 'aws:RequestTag/incident': 'maintenance' },
      },
      {
        how: 'with one tag more than the incident',
        given: {
          ...TAG,
          'aws:RequestTag/environment': 'production',
          'aws:TagKeys': ['environment', 'incident'],
        },
      },
      {
        how: 'with another tag in place of the incident',
        given: { 'aws:RequestTag/environment': 'production', 'aws:TagKeys': ['environment'] },
      },
    ],
  },
  {
    action: 'sts:SetSourceIdentity',
    does: 'names the source of a session of',
    given: IDENTITY,
    wrong: [{ how: 'with a name that is no incident', given: { 'sts:SourceIdentity': 'maintenance' } }],
  },
];

/** Each may do everything in its own account, so that the trust alone keeps it out. */
const ADMINISTRATORS = (
  ['management', 'security', 'evidence', 'forensics', 'member', 'outside'] as const
).map((account) => ({ who: `administrator of ${account}` as const, account }));

/** Trust is a resource's policy: the owner's account lets nobody in by identity policies alone. */
const untrusted = (owner: AccountName, from: AccountName): PowerCase['answer'] => ({
  notAllowedBy: owner === from ? 'resource' : 'cross-account',
});

const dutyCases: readonly PowerCase[] = DUTIES.flatMap(
  ({ duty, account, performers, from: home = 'security' }) => {
    const on = dutyRoleArn('aws', ACCOUNTS[account], duty);
    const at = { on, owner: account };
    return CHECKS.flatMap(({ action, does, given, wrong }): readonly PowerCase[] => [
      ...performers.map((as): PowerCase => ({
        ...at,
        name: `the ${spoken(as)} ${does} the ${duty} duty for an incident`,
        as,
        action,
        given,
        answer: 'allowed',
      })),
      ...wrong.map(({ how, given: badly }): PowerCase => ({
        ...at,
        name: `the ${spoken(performers[0])} ${does} the ${duty} duty ${how}`,
        as: performers[0],
        action,
        given: badly,
        answer: untrusted(account, home),
      })),
      {
        ...at,
        name: `the ${spoken(performers[0])} ${does} the ${duty} duty after its account left the organization`,
        as: performers[0],
        action,
        given: { ...given, ...ELSEWHERE },
        guardrails: 'off',
        answer: untrusted(account, home),
      },
      ...ADMINISTRATORS.map(({ who, account: from }): PowerCase => ({
        ...at,
        name: `the ${who} ${does} the ${duty} duty, with all that a performer gives`,
        as: who,
        action,
        given,
        guardrails: 'off',
        answer: untrusted(account, from),
      })),
    ]);
  },
);

const OTHER_ROLES: readonly Who[] = [
  ...STEPS.map((step) => `function ${step}` as const),
  'workflow',
  'recorder',
  'block hasher',
  'disposer function',
  'archivist',
];
const OF_EVIDENCE: readonly Who[] = ['recorder', 'block hasher', 'disposer function', 'archivist'];

/** No principal holds two duties. */
const othersDutyCases: readonly PowerCase[] = DUTIES.flatMap(({ duty, account, performers }) =>
  OTHER_ROLES.filter((who) => !performers.includes(who)).map((as): PowerCase => ({
    name: `the ${spoken(as)} acts as the ${duty} duty, which is not its own`,
    as,
    action: 'sts:AssumeRole',
    on: dutyRoleArn('aws', ACCOUNTS[account], duty),
    owner: account,
    given: { ...TAG, ...IDENTITY, 'sts:RoleSessionName': INCIDENT },
    guardrails: 'off',
    answer: untrusted(account, OF_EVIDENCE.includes(as) ? 'evidence' : 'security'),
  })),
);

const NAMED = { 'sts:SourceIdentity': 'ada@example.com' };
const READER = { on: roleIn('evidence', EVIDENCE_READER_ROLE_NAME), owner: 'evidence' } as const;

/** The checks of the one call by which the desk opens an incident for a person, and what may be wrong with each. */
const OPENING = [
  {
    action: 'sts:AssumeRole',
    does: 'opens an incident',
    given: { ...NAMED, ...TAG, 'sts:RoleSessionName': 'ada' },
    wrong: [
      { how: "in nobody's name", given: { ...TAG, 'sts:RoleSessionName': 'ada' } },
      { how: 'that is none', given: { ...NAMED, 'sts:RoleSessionName': 'ada' } },
      { how: 'by a tag that names all', given: { ...NAMED, ...TAG, 'aws:RequestTag/incident': '*' } },
    ],
  },
  {
    action: 'sts:TagSession',
    does: 'says which incident is opened',
    given: TAG,
    wrong: [
      { how: 'with a tag that names all', given: { ...TAG, 'aws:RequestTag/incident': '*' } },
      {
        how: 'with one tag more',
        given: { ...TAG, 'aws:RequestTag/team': 'red', 'aws:TagKeys': ['incident', 'team'] },
      },
      // AWS sends no such check; a condition that holds for no tag at all would let one pass.
      { how: 'without a tag', given: { 'aws:RequestTag/incident': INCIDENT } },
    ],
  },
  { action: 'sts:SetSourceIdentity', does: 'says for whom an incident is opened', given: NAMED, wrong: [] },
] as const;

const readerCases: readonly PowerCase[] = OPENING.flatMap(
  ({ action, does, given, wrong }): readonly PowerCase[] => [
    { ...READER, name: `the evidence desk ${does}`, as: 'evidence desk', action, given, answer: 'allowed' },
    ...wrong.map(({ how, given: odd }): PowerCase => ({
      ...READER,
      name: `the evidence desk ${does} ${how}`,
      as: 'evidence desk',
      action,
      given: odd,
      answer: { notAllowedBy: 'resource' },
    })),
    ...[{ who: 'forensics analyst' as const, account: 'forensics' as const }, ...ADMINISTRATORS].map(
      ({ who, account }): PowerCase => ({
        ...READER,
        name: `the ${who} ${does} past the desk, and past the ledger`,
        as: who,
        action,
        given,
        guardrails: 'off',
        answer: untrusted('evidence', account),
      }),
    ),
  ],
);

/** Who may take which role, and with which words. */
export const trustCases: readonly PowerCase[] = [
  ...dutyCases,
  ...othersDutyCases,
  ...readerCases,
  ...servedCases,
];
