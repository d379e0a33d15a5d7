import { TAGS } from '@cordon/incident';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** What finds an incident's things by name, and what a VPC has; AWS has a resource level for none but the last. */
const DNS_FINDS = [
  'route53resolver:ListFirewallDomainLists',
  'route53resolver:ListFirewallRuleGroups',
  'route53resolver:ListFirewallRuleGroupAssociations',
] as const;

/** What reads a block back: of lists and groups whose ids nobody knows before. */
const DNS_LOOKS = [
  'route53resolver:GetFirewallDomainList',
  'route53resolver:ListFirewallDomains',
  'route53resolver:ListFirewallRules',
] as const;

/** Reads of the contain duty. Route 53 looks the VPC up in the name of who associates a group with it. */
export const DNS_CONTAIN_READS = [
  ...DNS_FINDS,
  'route53resolver:ListFirewallDomains',
  'route53resolver:ListFirewallRules',
  'ec2:DescribeVpcs',
] as const;

/** Reads of the release duty. */
export const DNS_RELEASE_READS = [
  ...DNS_FINDS,
  'route53resolver:ListFirewallDomains',
  'route53resolver:ListFirewallRules',
] as const;

/** Reads by which the inspect duty verifies a block. */
export const DNS_VERIFY_READS = ['route53resolver:ListFirewallRuleGroupAssociations', ...DNS_LOOKS] as const;

const arnsOf =
  ({ partition, account }: Pick<Names, 'partition' | 'account'>) =>
  (kind: string): string =>
    `arn:${partition}:route53resolver:*:${account}:${kind}/*`;

/**
 * To block names in a VPC: with a domain list, a rule group and an association that carry the session's incident from birth, and
 * with no others. AWS has no condition key for a rule's action, an association's VPC or its priority, and asks for none but the
 * association when a group is put to work; and none that ties a tag to the making of the thing, so that a contain session that was
 * taken over could mark what is there already as its incident's, and then change that list.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html
 */
export const blockDnsStatements = (names: Names): readonly Statement[] => {
  const arn = arnsOf(names);
  const all = [
    arn('firewall-domain-list'),
    arn('firewall-rule-group'),
    arn('firewall-rule-group-association'),
  ];
  return [
    {
      Sid: 'MakeDnsBlock',
      Effect: 'Allow',
      Action: [
        'route53resolver:AssociateFirewallRuleGroup',
        'route53resolver:CreateFirewallDomainList',
        'route53resolver:CreateFirewallRuleGroup',
        'route53resolver:TagResource',
      ],
      Resource: all,
      Condition: {
        StringEquals: madeForIncident,
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAGS.incident] },
        Null: { 'aws:TagKeys': 'false' },
      },
    },
    {
      Sid: 'FillDnsBlock',
      Effect: 'Allow',
      Action: ['route53resolver:CreateFirewallRule', 'route53resolver:UpdateFirewallDomains'],
      Resource: [arn('firewall-domain-list'), arn('firewall-rule-group')],
      Condition: { StringEquals: ofIncident },
    },
  ];
};

/** To take an incident's own DNS block away again. */
export const unblockDnsStatements = (names: Names): readonly Statement[] => {
  const arn = arnsOf(names);
  return [
    {
      Sid: 'EndDnsBlock',
      Effect: 'Allow',
      Action: 'route53resolver:DisassociateFirewallRuleGroup',
      Resource: arn('firewall-rule-group-association'),
      Condition: { StringEquals: ofIncident },
    },
    {
      Sid: 'RemoveDnsBlock',
      Effect: 'Allow',
      Action: [
        'route53resolver:DeleteFirewallDomainList',
        'route53resolver:DeleteFirewallRule',
        'route53resolver:DeleteFirewallRuleGroup',
      ],
      Resource: [arn('firewall-domain-list'), arn('firewall-rule-group')],
      Condition: { StringEquals: ofIncident },
    },
  ];
};
