import {
  callsOf,
  costOf,
  deregistrations,
  type BalancerFacts,
  type OperatorReply,
  type Waiting,
} from '@cordon/incident';

type Answer = Exclude<OperatorReply, { status: 'refused' }>;
type Planned = Extract<OperatorReply, { status: 'planned' }>;

/** A terminal obeys control characters; ids and reasons of others must not reach it with any. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

const GATES = {
  automatic: 'at once',
  memory: 'at once after the memory was captured, or its time is over',
  ask: 'asks; done all the same when nobody answers',
  approve: 'asks; lapses without an express yes',
  climb: 'at once, but only where the cheaper steps cannot be verified',
} as const;

const waitingLines = ({ subject, about, planHash, askedBy, expiresAt }: Waiting): readonly string[] => [
  `${subject}  until ${expiresAt}${askedBy === undefined ? '' : `  asked by ${askedBy}`}`,
  `  ${about}`,
  `  cordon approve ${subject} --hash ${planHash} --reason TEXT`,
];

/** What leaving its load balancers does to each, as they stand now. */
const balancerLines = (found: BalancerFacts): readonly string[] => {
  const leaves = deregistrations(found, 'automatic');
  return [
    leaves.length === 0 ? 'no load balancer has it' : 'load balancers that have it now:',
    ...leaves.map(({ id, effectOnOthers }) => `  ${id}: ${effectOnOthers}`),
    ...found.ambiguous.map(
      (arn) => `  left as it is, for it may mean another host of the same address: ${arn}`,
    ),
    ...found.unread.map((what) => `  not read: ${what}`),
  ];
};

const planLines = ({ plan, facts, waits }: Planned): readonly string[] => {
  const cost = costOf(plan);
  const role =
    facts === undefined
      ? []
      : [
          facts.profile === undefined
            ? 'instance profile: none'
            : `instance profile: ${facts.profile.profileArn}; other users of its role are not read in this version: siblings keep working, for the deny names this instance's sessions alone`,
        ];
  return [
    `plan of ${plan.incidentId}: ${plan.outcome}`,
    ...plan.reasons.map((reason) => `  ${reason}`),
    ...role,
    '',
    ...plan.steps.flatMap((step) => [
      `${step.id}  [${GATES[step.gate]}]`,
      `  calls:     ${callsOf(step).join(', ') || 'none that change anything'}`,
      `  because:   ${step.because}`,
      `  others:    ${step.effectOnOthers}`,
      `  undo:      ${step.undo.kind}${step.undo.kind === 'nothing' ? `: ${step.undo.because}` : ''}`,
    ]),
    '',
    ...(facts?.balancers === undefined ? [] : [...balancerLines(facts.balancers), '']),
    `evidence costs at most USD ${cost.monthlyUsd} a month: ${cost.assumes}`,
    `hash: ${plan.hash}`,
    ...(waits === undefined
      ? ['nothing of this was stored or started']
      : ['', 'it waits for a person:', ...waitingLines(waits)]),
  ];
};

/** An answer as lines for a person. */
export const replyLines = (reply: Answer): readonly string[] => linesOf(reply).map(clean);

const linesOf = (reply: Answer): readonly string[] => {
  switch (reply.status) {
    case 'planned':
      return planLines(reply);
    case 'done':
      return [reply.detail];
    case 'listed':
      return reply.waiting.length === 0 ? ['nothing waits'] : reply.waiting.flatMap(waitingLines);
    case 'waits-for-second-person':
      return ['nothing is done yet: another person must approve it', ...waitingLines(reply.waits)];
    case 'shown':
      return [
        ...JSON.stringify(reply.shown, undefined, 2).split('\n'),
        `to ask for it, run the command again with --hash ${reply.planHash}`,
      ];
  }
};
