import { TAGS } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { neverOf, powerOf, readsOf } from './duty-cases.ts';

const resolver = (rest: string): string => `arn:aws:route53resolver:${HOME}:${ACCOUNTS.member}:${rest}`;
const LIST = resolver('firewall-domain-list/rslvr-fdl-0c0ffee000000001');
const GROUP = resolver('firewall-rule-group/rslvr-frg-0c0ffee000000001');
const ASSOCIATION = resolver('firewall-rule-group-association/rslvr-frgassoc-0c0ffee000001');

const MADE = { [`aws:RequestTag/${TAGS.incident}`]: INCIDENT, 'aws:TagKeys': [TAGS.incident] };
const OURS = { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT };
const OTHERS = { [`aws:ResourceTag/${TAGS.incident}`]: OTHER_INCIDENT };
const WORKLOADS = { 'aws:ResourceTag/team': 'shop' };

const READS = {
  'route53resolver:ListFirewallRuleGroupAssociations': 'looks which rule groups a VPC has',
} as const;
const FINDS = {
  ...READS,
  'route53resolver:ListFirewallDomainLists': "looks for the incident's domain list",
  'route53resolver:ListFirewallRuleGroups': "looks for the incident's rule group",
} as const;

const readsOn = (
  duty: 'inspect' | 'contain' | 'release',
  reads: Readonly<Record<string, readonly [string, string]>>,
): readonly PowerCase[] =>
  powerOf(
    duty,
    Object.entries(reads).map(([action, [does, on]]) => ({ does, action, on })),
  );

const CONTENT = {
  'route53resolver:ListFirewallDomains': ['reads what a domain list holds', LIST],
  'route53resolver:ListFirewallRules': ['reads the rules of a group', GROUP],
} as const;

const making = (
  [
    ['route53resolver:CreateFirewallDomainList', 'a domain list', resolver('firewall-domain-list/*')],
    ['route53resolver:CreateFirewallRuleGroup', 'a rule group', resolver('firewall-rule-group/*')],
    [
      'route53resolver:AssociateFirewallRuleGroup',
      'an association with a VPC',
      resolver('firewall-rule-group-association/*'),
    ],
  ] as const
).flatMap(([action, what, on]) =>
  powerOf('contain', [
    {
      does: `makes ${what}, marked with its incident`,
      action,
      on,
      given: MADE,
      wrong: [
        { does: `makes ${what} without a mark`, given: {} },
        {
          does: `makes ${what} for another incident`,
          given: { ...MADE, [`aws:RequestTag/${TAGS.incident}`]: OTHER_INCIDENT },
        },
        {
          does: `makes ${what} with a tag more`,
          given: { ...MADE, 'aws:TagKeys': [TAGS.incident, 'team'], 'aws:RequestTag/team': 'shop' },
        },
      ],
    },
    { does: `marks ${what} while it is made`, action: 'route53resolver:TagResource', on, given: MADE },
  ]),
);

const filling = powerOf(
  'contain',
  (
    [
      ['route53resolver:UpdateFirewallDomains', 'puts names into a domain list', LIST],
      ['route53resolver:CreateFirewallRule', 'makes a rule, asked about the list,', LIST],
      ['route53resolver:CreateFirewallRule', 'makes a rule, asked about the group,', GROUP],
    ] as const
  ).map(([action, does, on]) => ({
    does: `${does} of its incident`,
    action,
    on,
    given: OURS,
    wrong: [
      { does: `${does} of another incident`, given: OTHERS },
      { does: `${does} of the workload`, given: WORKLOADS },
    ],
  })),
);

const never = neverOf('contain', [
  {
    does: 'takes the DNS block of its incident from a VPC',
    action: 'route53resolver:DisassociateFirewallRuleGroup',
    on: ASSOCIATION,
    given: OURS,
  },
  { does: 'deletes a rule', action: 'route53resolver:DeleteFirewallRule', on: GROUP, given: OURS },
  { does: 'changes a rule', action: 'route53resolver:UpdateFirewallRule', on: GROUP, given: OURS },
  {
    does: 'deletes a domain list',
    action: 'route53resolver:DeleteFirewallDomainList',
    on: LIST,
    given: OURS,
  },
  { does: 'takes its mark off', action: 'route53resolver:UntagResource', on: LIST, given: OURS },
  {
    does: 'has a VPC fail open',
    action: 'route53resolver:UpdateFirewallConfig',
    on: resolver('firewall-config/rslvr-fc-0c0ffee00000001'),
  },
]);

const releasing = powerOf(
  'release',
  (
    [
      ['route53resolver:DisassociateFirewallRuleGroup', 'takes a DNS block from a VPC', ASSOCIATION],
      ['route53resolver:DeleteFirewallRule', 'deletes a rule, asked about the list,', LIST],
      ['route53resolver:DeleteFirewallRule', 'deletes a rule, asked about the group,', GROUP],
      ['route53resolver:DeleteFirewallRuleGroup', 'deletes a rule group', GROUP],
      ['route53resolver:DeleteFirewallDomainList', 'deletes a domain list', LIST],
    ] as const
  ).map(([action, does, on]) => ({
    does: `${does} of its incident`,
    action,
    on,
    given: OURS,
    wrong: [
      { does: `${does} of another incident`, given: OTHERS },
      { does: `${does} of the workload`, given: WORKLOADS },
    ],
  })),
);

/** What blocks names in a VPC may do, and what takes such a block away. */
export const memberDnsCases: readonly PowerCase[] = [
  ...readsOf('inspect', READS),
  ...readsOn('inspect', {
    ...CONTENT,
    'route53resolver:GetFirewallDomainList': ['reads whether a domain list is complete', LIST],
  }),
  ...readsOf('contain', { ...FINDS, 'ec2:DescribeVpcs': 'has Route 53 look up the VPC' }),
  ...readsOn('contain', CONTENT),
  ...making,
  ...filling,
  ...never,
  ...readsOf('release', FINDS),
  ...readsOn('release', CONTENT),
  ...releasing,
];
