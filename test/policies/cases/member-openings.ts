import { OPENINGS, TAGS, type OpeningKind } from '@cordon/incident';
import { INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { GROUP, memberEc2, neverOf, powerOf, readsOf } from './duty-cases.ts';

const WORKLOADS = { 'aws:ResourceTag/team': 'shop' };

const has = (isolation: string, incident: string) => ({
  [`aws:ResourceTag/${TAGS.isolation}`]: isolation,
  [`aws:ResourceTag/${TAGS.incident}`]: incident,
});
const asked = (isolation: string, incident: string) => ({
  [`aws:RequestTag/${TAGS.isolation}`]: isolation,
  [`aws:RequestTag/${TAGS.incident}`]: incident,
  'aws:TagKeys': [TAGS.isolation, TAGS.incident],
});

const WORDS: Readonly<Record<OpeningKind, string>> = {
  untracking: 'that untracks',
  'management-path': 'of the management path',
};

/** What a group that opens may have done to it, and by which wrong thing it is refused. */
const ruled = (opens: OpeningKind, does: string, action: string): readonly PowerCase[] =>
  powerOf('contain', [
    {
      does: `${does} the group ${WORDS[opens]} of its incident`,
      action,
      on: GROUP,
      given: has(opens, INCIDENT),
      wrong: [
        { does: `${does} a group of the workload, as if it were one ${WORDS[opens]}`, given: WORKLOADS },
        { does: `${does} the group ${WORDS[opens]} of another incident`, given: has(opens, OTHER_INCIDENT) },
        ...(action === 'ec2:RevokeSecurityGroupEgress'
          ? []
          : [
              {
                does: `${does} an isolation group that bears its incident, as if it were one ${WORDS[opens]}`,
                given: has('true', INCIDENT),
              },
            ]),
      ],
    },
  ]);

const ofOpening = (opens: OpeningKind): readonly PowerCase[] => [
  ...powerOf('contain', [
    {
      does: `makes the group ${WORDS[opens]}, marked for its incident`,
      action: 'ec2:CreateSecurityGroup',
      on: memberEc2('security-group/*'),
      given: asked(opens, INCIDENT),
      wrong: [
        {
          does: `makes a group ${WORDS[opens]} for another incident`,
          given: asked(opens, OTHER_INCIDENT),
        },
        {
          does: `makes a group for its incident that is no group ${WORDS[opens]}`,
          given: asked('false', INCIDENT),
        },
        {
          does: `makes a group ${WORDS[opens]} that bears no incident`,
          given: { [`aws:RequestTag/${TAGS.isolation}`]: opens, 'aws:TagKeys': [TAGS.isolation] },
        },
      ],
    },
    {
      does: `puts an interface into the group ${WORDS[opens]}`,
      action: 'ec2:ModifyNetworkInterfaceAttribute',
      on: GROUP,
      given: has(opens, INCIDENT),
      wrong: [
        {
          does: `puts an interface into the group ${WORDS[opens]} of another incident`,
          given: has(opens, OTHER_INCIDENT),
        },
        {
          does: `puts an interface into a group of its incident that is no group ${WORDS[opens]}`,
          given: has('false', INCIDENT),
        },
      ],
    },
  ]),
  ...ruled(opens, 'lets out through', 'ec2:AuthorizeSecurityGroupEgress'),
  ...ruled(opens, 'takes what a new group lets out from', 'ec2:RevokeSecurityGroupEgress'),
  ...ruled(opens, 'takes away', 'ec2:DeleteSecurityGroup'),
];

/** What opens an interface for a bounded time may do, where the deployment lets it (ADR 0013), and what it may not. */
export const memberOpeningCases: readonly PowerCase[] = [
  ...readsOf('inspect', { 'ec2:DescribeVpcEndpoints': 'asks which endpoints a management path may lead to' }),
  ...readsOf('contain', {
    'ec2:DescribeNetworkInterfaces': 'reads back whether an interface that was opened is closed',
  }),
  ...OPENINGS.flatMap(ofOpening),
  ...ruled('untracking', 'lets in through', 'ec2:AuthorizeSecurityGroupIngress'),
  ...neverOf('contain', [
    {
      does: 'lets in through the group of the management path',
      action: 'ec2:AuthorizeSecurityGroupIngress',
      on: GROUP,
      given: has('management-path', INCIDENT),
    },
    {
      does: 'changes a rule of a group that opens, once it has one',
      action: 'ec2:ModifySecurityGroupRules',
      on: GROUP,
      given: has('untracking', INCIDENT),
    },
  ]),
];
