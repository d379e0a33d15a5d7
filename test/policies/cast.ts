import {
  ARCHIVIST_FUNCTION_NAME,
  BLOCK_HASHER_FUNCTION_NAME,
  BREAK_GLASS_ROLE_NAME,
  DISPOSER_FUNCTION_NAME,
  dutyRoleName,
  FORWARD_CHANGES_ROLE_NAME,
  EVIDENCE_DESK_FUNCTION_NAME,
  EVIDENCE_READER_ROLE_NAME,
  FORENSIC_MACHINE_ROLE_NAME,
  functionName,
  IAM_PATH,
  MEMBER_DUTIES,
  OPERATOR_FUNCTION_NAME,
  QUARANTINE_PROFILE_NAME,
  RECORDER_FUNCTION_NAME,
  SESSION_READER_ROLE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
  STATE_MACHINE_NAME,
  STEPS,
  type Duty,
  type StepName,
} from '@cordon/incident';
import { addRole, iamState, type Caller, type Organization } from '@cordon/local-aws';
import { STAFF, staffStatements, withMfa, type Staff } from '@cordon/responder/needs';
import { config } from '../../cordon.config.ts';

/** The incident whose duty sessions the cases speak of, and another one. */
export const INCIDENT = 'inc-20261121-cases';
export const OTHER_INCIDENT = 'inc-20261121-other';

/** Accounts of the cases: the product's own, a member, and one outside the organization. */
export const ACCOUNTS = { ...config.accounts, member: '602011170000', outside: '999900001111' } as const;
/** One of `ACCOUNTS`. */
export type AccountName = keyof typeof ACCOUNTS;

/** ARN of a role of ours. */
export const roleIn = (account: AccountName, name: string): string =>
  `arn:aws:iam::${ACCOUNTS[account]}:role${IAM_PATH}${name}`;

/** Home Region of the drill's deployment, in which the cases play. */
export const HOME = config.homeRegion;
/** Another Region of the deployment, in which the cases' world has stacks too: the drill's workload is there. */
export const ELSEWHERE = 'eu-central-1';

/** The contained instances that a workload's role names, one by each tag of the session deny. */
export const CONTAINED = SESSION_DENY_TAG_KEYS.map((_key, index) => `i-0c0ffee00000000${index + 1}0`);

/** The duties that this deployment has a role for in members: to replace is one that it may leave out. */
export const DEPLOYED_DUTIES = MEMBER_DUTIES.filter(
  (duty) =>
    (duty !== 'replace' || config.containment.replacement !== undefined) &&
    (duty !== 'capture' || config.evidence.memory !== undefined) &&
    (duty !== 'read-source' || config.evidence.blockHashes?.fromMember === true),
);

type MemberDuty = (typeof MEMBER_DUTIES)[number];

/**
 * Who asks in a case: a duty's session in its account; a step's function by its own role; `administrator of X`, whom every
 * policy of the account allows everything; the account's root; break-glass; who deploys; a workload's instance.
 */
export type Who =
  | Duty
  | `function ${StepName}`
  | 'recorder'
  | 'session reader'
  | 'block hasher'
  | 'archivist'
  | 'disposer function'
  | 'operator function'
  | 'approver'
  | 'evidence reader'
  | 'evidence desk'
  | 'evidence keeper'
  | 'evidence disposer'
  | 'forensics analyst'
  | 'workflow'
  | 'quarantined instance'
  | 'rules of member'
  | 'rules of evidence'
  | `staff ${Staff}`
  | `user ${Staff}`
  | 'forensic machine'
  | 'workload'
  | 'workload with contained instances'
  | 'workload after its release'
  | 'stack set'
  | 'stack set in security'
  | 'stack set administrator'
  | `${'administrator' | 'root' | 'break-glass' | 'cdk' | 'cdk deploy' | 'cdk publish'} of ${AccountName}`
  | `service ${string}`;

const roleArn = (account: string, name: string, path = IAM_PATH): string =>
  `arn:aws:iam::${account}:role${path}${name}`;

const SESSION_DENY = `arn:aws:iam::${ACCOUNTS.member}:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`;

/** The role that the configuration leaves StackSet power to, where it names one. Its trust lets people of the management account in. */
const stackSetAdministrator = (named: string | undefined) => {
  if (named === undefined) return [];
  const slash = named.lastIndexOf('/') + 1;
  return [
    {
      who: 'stack set administrator' as const,
      account: ACCOUNTS.security,
      name: named.slice(slash),
      path: `/${named.slice(0, slash)}`,
      lets: { AWS: `arn:aws:iam::${ACCOUNTS.management}:root` },
    },
  ];
};

/** Roles that the cases need and no template makes: an account's administrator, who deploys, staff, a workload. */
const OTHERS: readonly {
  readonly who: Who;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly attached?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Whom its trust lets in beside its account. */
  readonly lets?: object;
}[] = [
  ...(Object.keys(ACCOUNTS) as AccountName[]).flatMap((name) => [
    { who: `administrator of ${name}` as const, account: ACCOUNTS[name], name: 'administrator', path: '/' },
    {
      who: `break-glass of ${name}` as const,
      account: ACCOUNTS[name],
      name: BREAK_GLASS_ROLE_NAME,
      path: '/',
    },
    {
      who: `cdk of ${name}` as const,
      account: ACCOUNTS[name],
      name: `cdk-hnb659fds-cfn-exec-role-${ACCOUNTS[name]}-${HOME}`,
      path: '/',
      lets: { Service: 'cloudformation.amazonaws.com' },
    },
    {
      who: `cdk deploy of ${name}` as const,
      account: ACCOUNTS[name],
      name: `cdk-hnb659fds-deploy-role-${ACCOUNTS[name]}-${HOME}`,
      path: '/',
    },
    {
      who: `cdk publish of ${name}` as const,
      account: ACCOUNTS[name],
      name: `cdk-hnb659fds-file-publishing-role-${ACCOUNTS[name]}-${HOME}`,
      path: '/',
    },
  ]),
  { who: 'stack set', account: ACCOUNTS.member, name: 'stacksets-exec-0a1b2c3d', path: '/' },
  {
    who: 'stack set in security',
    account: ACCOUNTS.security,
    name: 'stacksets-exec-0a1b2c3d',
    path: '/',
  },
  ...stackSetAdministrator(config.rollout?.administrator),
  { who: 'workload', account: ACCOUNTS.member, name: 'shop-web', path: '/' },
  {
    who: 'workload with contained instances',
    account: ACCOUNTS.member,
    name: 'shop-fleet',
    path: '/',
    attached: [SESSION_DENY],
    tags: Object.fromEntries(SESSION_DENY_TAG_KEYS.map((key, index) => [key, CONTAINED[index] ?? ''])),
  },
  // The marks are off, the deny is still there: it must bind nobody.
  {
    who: 'workload after its release',
    account: ACCOUNTS.member,
    name: 'shop-released',
    path: '/',
    attached: [SESSION_DENY],
  },
  {
    who: 'forensics analyst',
    account: ACCOUNTS.forensics,
    name: 'AWSReservedSSO_CordonForensics_0123456789abcdef',
    path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
  },
];

const OWN: readonly { readonly who: Who; readonly arn: string }[] = [
  ...DEPLOYED_DUTIES.map((duty: MemberDuty) => ({
    who: duty,
    arn: roleArn(ACCOUNTS.member, dutyRoleName(duty)),
  })),
  { who: 'custodian', arn: roleArn(ACCOUNTS.evidence, dutyRoleName('custodian')) },
  { who: 'hasher', arn: roleArn(ACCOUNTS.evidence, dutyRoleName('hasher')) },
  { who: 'disposer', arn: roleArn(ACCOUNTS.evidence, dutyRoleName('disposer')) },
  { who: 'disposer function', arn: roleArn(ACCOUNTS.evidence, DISPOSER_FUNCTION_NAME) },
  { who: 'archivist', arn: roleArn(ACCOUNTS.evidence, ARCHIVIST_FUNCTION_NAME) },
  { who: 'block hasher', arn: roleArn(ACCOUNTS.evidence, BLOCK_HASHER_FUNCTION_NAME) },
  { who: 'examiner', arn: roleArn(ACCOUNTS.forensics, dutyRoleName('examiner')) },
  ...STEPS.map((step) => ({
    who: `function ${step}` as const,
    arn: roleArn(ACCOUNTS.security, functionName(step)),
  })),
  { who: 'operator function', arn: roleArn(ACCOUNTS.security, OPERATOR_FUNCTION_NAME) },
  // The world has the people whom the configuration lets decide.
  {
    who: 'approver',
    arn: roleArn(
      ACCOUNTS.security,
      'AWSReservedSSO_CordonOperators_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    ),
  },
  { who: 'recorder', arn: roleArn(ACCOUNTS.evidence, RECORDER_FUNCTION_NAME) },
  { who: 'session reader', arn: roleArn(ACCOUNTS.forensics, SESSION_READER_ROLE_NAME) },
  { who: 'evidence reader', arn: roleArn(ACCOUNTS.evidence, EVIDENCE_READER_ROLE_NAME) },
  { who: 'evidence desk', arn: roleArn(ACCOUNTS.evidence, EVIDENCE_DESK_FUNCTION_NAME) },
  // Of the people whom the configuration names, as the approver.
  {
    who: 'evidence keeper',
    arn: roleArn(
      ACCOUNTS.evidence,
      'AWSReservedSSO_CordonKeepers_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    ),
  },
  {
    who: 'evidence disposer',
    arn: roleArn(
      ACCOUNTS.evidence,
      'AWSReservedSSO_CordonDisposers_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    ),
  },
  { who: 'workflow', arn: roleArn(ACCOUNTS.security, STATE_MACHINE_NAME) },
  { who: 'quarantined instance', arn: roleArn(ACCOUNTS.member, QUARANTINE_PROFILE_NAME) },
  { who: 'rules of member', arn: roleArn(ACCOUNTS.member, FORWARD_CHANGES_ROLE_NAME) },
  { who: 'forensic machine', arn: roleArn(ACCOUNTS.forensics, FORENSIC_MACHINE_ROLE_NAME) },
];

const everything = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }],
};

const trusting = (account: string, other?: object): object => ({
  Version: '2012-10-17',
  Statement: [{ AWS: `arn:aws:iam::${account}:root` }, ...(other === undefined ? [] : [other])].map(
    (Principal) => ({
      Effect: 'Allow',
      Principal,
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    }),
  ),
});

/** Accounts as needs name them. */
const NAMES = {
  partition: 'aws',
  account: ACCOUNTS.forensics,
  securityAccount: ACCOUNTS.security,
  evidenceAccount: ACCOUNTS.evidence,
  forensicsAccount: ACCOUNTS.forensics,
  homeRegion: HOME,
  organizationId: config.organizationId,
};

/** Where a kind of staff has its permission set. */
const STAFF_ACCOUNTS: Readonly<Record<Staff, AccountName>> = {
  reader: 'forensics',
  keeper: 'evidence',
  examiner: 'forensics',
  approver: 'security',
  operator: 'security',
  doctor: 'security',
};
const staffRole = (kind: 'staff' | 'user', staff: Staff) => ({
  account: ACCOUNTS[STAFF_ACCOUNTS[staff]],
  name: `${kind}-${staff}`,
  path: '/people/',
});

/** People as the permission sets and the policies of users make them: these policies and nothing else. */
const addStaff = ({ world, ids, timeline }: Organization): void => {
  for (const staff of STAFF)
    for (const kind of ['staff', 'user'] as const) {
      const statements = staffStatements(NAMES, staff);
      const policy = {
        Version: '2012-10-17',
        Statement: kind === 'staff' ? statements : withMfa(statements),
      };
      const role = staffRole(kind, staff);
      addRole(
        world,
        { ...role, trust: trusting(role.account), inline: { staff: policy } },
        { ids, now: timeline.now() },
      );
    }
};

/** The role by which rules of the evidence account send: CloudFormation names it. */
const rulesOfEvidence = ({ world }: Organization): string | undefined =>
  [...world.of(iamState, ACCOUNTS.evidence, '').roles.values()].find(({ name }) =>
    name.startsWith('CordonEvidenceRegion-RulesForwardRole'),
  )?.arn;

/** Adds the roles that no template makes; each may do everything that no other policy keeps from it. */
export const addCast = (organization: Organization): void => {
  const { world, ids, timeline } = organization;
  const making = { ids, now: timeline.now() };
  for (const { who: _who, lets, ...role } of OTHERS) {
    // Of people whom the configuration names there is a role already, which may do little.
    world.of(iamState, role.account, '').roles.delete(role.name);
    addRole(world, { ...role, trust: trusting(role.account, lets), inline: { everything } }, making);
  }
  addStaff(organization);
};

/** Whose sessions carry the incident that they are for: the duties', and those that the desk gives to staff. */
const DUTY_SESSIONS: ReadonlySet<Who> = new Set([
  ...MEMBER_DUTIES,
  'custodian',
  'hasher',
  'disposer',
  'examiner',
  'evidence reader',
]);

/** The caller that `who` is: a session named for the incident where it is a duty's, and without a session policy. */
export const callerOf = (organization: Organization, who: Who): Caller => {
  if (who.startsWith('root of ')) {
    const account = ACCOUNTS[who.slice('root of '.length) as AccountName];
    const principal = { kind: 'root' as const, account };
    return { account, principal, accessKeyId: '', context: {}, sessionPolicies: [], transitiveTags: {} };
  }
  if (who.startsWith('service ')) {
    const principal = { kind: 'service' as const, service: who.slice('service '.length) };
    return { account: '', principal, accessKeyId: '', context: {}, sessionPolicies: [], transitiveTags: {} };
  }
  const other = OTHERS.find((one) => one.who === who);
  const [kind, staff] = who.split(' ');
  const known = STAFF.find((one) => one === staff);
  if ((kind === 'staff' || kind === 'user') && known !== undefined) {
    const { account, name, path } = staffRole(kind, known);
    return organization.host.callerForRole(roleArn(account, name, path), 'session');
  }
  const arn =
    who === 'rules of evidence'
      ? rulesOfEvidence(organization)
      : other === undefined
        ? OWN.find((one) => one.who === who)?.arn
        : roleArn(other.account, other.name, other.path);
  if (arn === undefined) throw new Error(`the cast has no ${who}`);
  const caller = organization.host.callerForRole(arn, DUTY_SESSIONS.has(who) ? INCIDENT : 'session');
  return DUTY_SESSIONS.has(who)
    ? {
        ...caller,
        context: { ...caller.context, 'aws:PrincipalTag/incident': INCIDENT, 'aws:SourceIdentity': INCIDENT },
      }
    : caller;
};
