import {
  ALARMS_QUEUE_NAME,
  BUS_NAME,
  CALL_DETAIL_TYPE,
  CHANGES_BUS_NAME,
  CHANGES_QUEUE_NAME,
  FINDINGS_QUEUE_NAME,
  SET_ASIDE_QUEUE_NAME,
  STATE_DETAIL_TYPE,
  TOPIC_NAME,
} from '@cordon/incident';
import { ACCOUNTS, HOME, type AccountName, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const homeArn = (service: string, rest: string, account: AccountName = 'security'): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS[account]}:${rest}`;

const ruleArn = (name: string, account: AccountName = 'security'): string =>
  homeArn('events', `rule/${name}`, account);

/** As CloudFormation names them; the ends are the local organization's, from the seed of the cases' world. */
const NAMED_BY_CLOUDFORMATION = {
  toIntake: 'cordon/CordonSecurityHome-FindingsToIntake316CF428-LLCMRRG5CVVU',
  toSetAside: 'cordon/CordonSecurityHome-FindingsToSetAside16240FC0-MKZ4JXH3UPCO',
  forwardFindings: 'CordonSecurityRegion-ForwardFindings-BUFKEXXHXAWC',
  forwardAlarm: 'CordonSecurityRegion-ForwardAlarm-P4OFJXNKO2I5',
  undelivered: 'CordonSecurityRegion-UndeliveredQueue990A14C1-OXBA3CMENVGP',
} as const;

const RULES = {
  'the rule that hands findings to intake': ruleArn(NAMED_BY_CLOUDFORMATION.toIntake),
  'the rule that keeps what was not forwarded': ruleArn(NAMED_BY_CLOUDFORMATION.toSetAside),
  'the rule that hands on alarms of the evidence account': ruleArn(`${BUS_NAME}/${ALARMS_QUEUE_NAME}`),
  'the rule that hands changes to the watch': ruleArn(`${CHANGES_BUS_NAME}/${CHANGES_QUEUE_NAME}`),
  'the rule that forwards findings': ruleArn(NAMED_BY_CLOUDFORMATION.forwardFindings),
  'the rule that hands weaknesses to intake': ruleArn('cordon/cordon-weaknesses'),
  'the rule that forwards weaknesses': ruleArn('cordon-weaknesses'),
  'the rule that forwards the alarm': ruleArn(NAMED_BY_CLOUDFORMATION.forwardAlarm),
  'a rule of somebody in the security account': ruleArn('send-everything'),
  'a rule of an account outside': ruleArn('send-everything', 'outside'),
} as const;
type Rule = keyof typeof RULES;

/** Which rules each queue takes messages of, written out once more; no other's. */
const QUEUES: readonly {
  readonly what: string;
  /** As the survey names it. */
  readonly label: string;
  readonly on: string;
  readonly takes: readonly Rule[];
  /** Who else uses it, and for what; refused where the way is not encrypted. */
  readonly used: readonly { readonly as: Who; readonly does: string; readonly action: string }[];
}[] = [
  {
    what: 'the queue of findings',
    label: FINDINGS_QUEUE_NAME,
    on: homeArn('sqs', FINDINGS_QUEUE_NAME),
    takes: ['the rule that hands findings to intake', 'the rule that hands weaknesses to intake'],
    used: [{ as: 'function intake', does: 'intake receives', action: 'sqs:ReceiveMessage' }],
  },
  {
    what: 'the queue of changes',
    label: CHANGES_QUEUE_NAME,
    on: homeArn('sqs', CHANGES_QUEUE_NAME),
    takes: ['the rule that hands changes to the watch'],
    used: [{ as: 'function watch', does: 'the watch receives', action: 'sqs:ReceiveMessage' }],
  },
  {
    what: 'the queue of findings set aside',
    label: SET_ASIDE_QUEUE_NAME,
    on: homeArn('sqs', SET_ASIDE_QUEUE_NAME),
    takes: [
      'the rule that hands findings to intake',
      'the rule that hands weaknesses to intake',
      'the rule that keeps what was not forwarded',
      'the rule that hands on alarms of the evidence account',
    ],
    used: [{ as: 'function intake', does: 'intake sends', action: 'sqs:SendMessage' }],
  },
  {
    what: 'the queue of what a Region did not forward',
    label: 'CordonSecurityRegion-UndeliveredQueue990A14C1',
    on: homeArn('sqs', NAMED_BY_CLOUDFORMATION.undelivered),
    takes: [
      'the rule that forwards findings',
      'the rule that forwards weaknesses',
      'the rule that forwards the alarm',
    ],
    used: [],
  },
];

const NOT_ENCRYPTED = { 'aws:SecureTransport': 'false' };

const queueCases: readonly PowerCase[] = QUEUES.flatMap(({ what, label, on, takes, used }) => {
  const denied = { deniedBy: [`security/queue ${label}/OnlyEncryptedTransport`] };
  const send = { on, owner: 'security', action: 'sqs:SendMessage' } as const;
  return [
    ...(Object.keys(RULES) as Rule[]).map((rule): PowerCase => ({
      ...send,
      name: `${rule} sends to ${what}`,
      as: 'service events.amazonaws.com',
      given: { 'aws:SourceArn': RULES[rule] },
      answer: takes.includes(rule) ? 'allowed' : { notAllowedBy: 'resource' },
    })),
    {
      ...send,
      name: `a topic of an account outside sends to ${what}`,
      as: 'service sns.amazonaws.com',
      given: { 'aws:SourceArn': homeArn('sns', 'noise', 'outside') },
      answer: { notAllowedBy: 'resource' },
    },
    ...(['member', 'outside'] as const).map((account): PowerCase => ({
      ...send,
      name: `the administrator of ${account} sends a forged finding to ${what}`,
      as: `administrator of ${account}`,
      guardrails: 'off',
      answer: { notAllowedBy: 'cross-account' },
    })),
    ...used.map(({ as, does, action }): PowerCase => ({
      on,
      name: `${does} at ${what} over a way that is not encrypted`,
      as,
      action,
      given: NOT_ENCRYPTED,
      answer: denied,
    })),
    ...(['sqs:ReceiveMessage', 'sqs:SetQueueAttributes'] as const).map((action): PowerCase => ({
      on,
      name: `the administrator of security calls ${action} at ${what} over a way that is not encrypted`,
      as: 'administrator of security',
      action,
      given: NOT_ENCRYPTED,
      answer: denied,
    })),
    {
      on,
      name: `the administrator of security looks into ${what}`,
      as: 'administrator of security',
      action: 'sqs:ReceiveMessage',
      answer: 'allowed',
    },
  ];
});

const TOPIC = { on: homeArn('sns', TOPIC_NAME), owner: 'security', action: 'sns:Publish' } as const;
const alarmOf = (account: AccountName): PowerCase['given'] => ({
  'aws:SourceAccount': ACCOUNTS[account],
  'aws:SourceArn': homeArn('cloudwatch', 'alarm:cordon-findings-set-aside', account),
});

const topicCases: readonly PowerCase[] = [
  {
    ...TOPIC,
    name: 'an alarm of the security account wakes people',
    as: 'service cloudwatch.amazonaws.com',
    given: alarmOf('security'),
    answer: 'allowed',
  },
  {
    ...TOPIC,
    name: 'an alarm of an account outside wakes our people',
    as: 'service cloudwatch.amazonaws.com',
    given: alarmOf('outside'),
    answer: { notAllowedBy: 'resource' },
  },
  {
    ...TOPIC,
    name: 'a rule of the security account, which is no alarm, wakes people',
    as: 'service events.amazonaws.com',
    given: { 'aws:SourceAccount': ACCOUNTS.security, 'aws:SourceArn': ruleArn('send-everything') },
    answer: { notAllowedBy: 'resource' },
  },
  ...(['member', 'outside'] as const).map((account): PowerCase => ({
    ...TOPIC,
    name: `the administrator of ${account} tells our people that all is well`,
    as: `administrator of ${account}`,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  {
    ...TOPIC,
    name: 'the freeze function tells people over a way that is not encrypted',
    as: 'function freeze',
    given: NOT_ENCRYPTED,
    answer: { deniedBy: [`security/topic ${TOPIC_NAME}/OnlyEncryptedTransport`] },
  },
];

const busCases: readonly PowerCase[] = (['management', 'evidence', 'member', 'outside'] as const).map(
  (account): PowerCase => ({
    name: `the administrator of ${account} puts a forged finding on the bus`,
    as: `administrator of ${account}`,
    action: 'events:PutEvents',
    on: homeArn('events', `event-bus/${BUS_NAME}`),
    owner: 'security',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  }),
);

const CHANGES = {
  action: 'events:PutEvents',
  on: homeArn('events', `event-bus/${CHANGES_BUS_NAME}`),
  owner: 'security',
} as const;
const CALL = { 'events:source': 'aws.ec2', 'events:detail-type': CALL_DETAIL_TYPE };

/** Rules of members may put changes of AWS on the bus of changes, and nothing else anywhere; nobody else may. */
const changeCases: readonly PowerCase[] = [
  ...[
    { what: 'a call of EC2', given: CALL },
    { what: 'a start of an instance', given: { ...CALL, 'events:detail-type': STATE_DETAIL_TYPE } },
    ...(['autoscaling', 'elasticloadbalancing', 'iam', 'route53resolver'] as const).map((service) => ({
      what: `a call of ${service}`,
      given: { ...CALL, 'events:source': `aws.${service}` },
    })),
  ].map(({ what, given }): PowerCase => ({
    ...CHANGES,
    name: `the rules of a member put ${what} on the bus of changes`,
    as: 'rules of member',
    given,
    answer: 'allowed',
  })),
  ...[
    {
      what: 'a finding',
      given: { 'events:source': 'aws.guardduty', 'events:detail-type': 'GuardDuty Finding' },
    },
    { what: 'what a customer made up', given: { ...CALL, 'events:source': 'cordon' } },
    {
      what: 'another kind of event of EC2',
      given: { ...CALL, 'events:detail-type': 'EBS Snapshot Notification' },
    },
    {
      what: 'a call, once it is of another organization,',
      given: { ...CALL, 'aws:PrincipalOrgID': 'o-elsewhere1' },
    },
  ].map(({ what, given }): PowerCase => ({
    ...CHANGES,
    name: `the rules of a member put ${what} on the bus of changes`,
    as: 'rules of member',
    given,
    answer: { notAllowedBy: 'cross-account' },
  })),
  {
    ...CHANGES,
    name: 'the rules of a member put a call of EC2 on the bus of findings',
    as: 'rules of member',
    on: homeArn('events', `event-bus/${BUS_NAME}`),
    given: CALL,
    answer: { notAllowedBy: 'cross-account' },
  },
  ...(['member', 'evidence', 'outside'] as const).map((account): PowerCase => ({
    ...CHANGES,
    name: `the administrator of ${account} puts a change on the bus by hand`,
    as: `administrator of ${account}`,
    given: CALL,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
];

/** Who may put messages where people and functions take them from. */
export const messagingCases: readonly PowerCase[] = [
  ...queueCases,
  ...topicCases,
  ...busCases,
  ...changeCases,
];
