import type {
  $SchemaRef,
  StaticErrorSchema,
  StaticListSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';

/**
 * Schemas of the part of Route 53 Resolver that the local organization has. The registry's newest client of this service is older than the
 * clients that bring schemas along, so they are written here in the clients' own form, after the model's pages:
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
 * Its inputs and outputs hold text, whole numbers, lists and structures alone; times are text. The round trip through that client shows that
 * they are right.
 */
const NAMESPACE = 'com.amazonaws.route53resolver';
const TEXT = 0;
const NUMBER = 1;
const TEXTS = 64;

type Members = Readonly<Record<string, $SchemaRef>>;

/** A structure: the members that it must have first. */
const struct = (name: string, required: Members, optional: Members = {}): StaticStructureSchema => {
  const members = { ...required, ...optional };
  const count = Object.keys(required).length;
  return [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), count];
};

const list = (name: string, of: StaticStructureSchema): StaticListSchema => [1, NAMESPACE, name, 0, () => of];

const tag = struct('Tag', { Key: TEXT, Value: TEXT });
const tags = list('TagList', tag);
const paging = { MaxResults: NUMBER, NextToken: TEXT };

const domainList = struct(
  'FirewallDomainList',
  {},
  {
    Id: TEXT,
    Arn: TEXT,
    Name: TEXT,
    DomainCount: NUMBER,
    Status: TEXT,
    StatusMessage: TEXT,
    ManagedOwnerName: TEXT,
    CreatorRequestId: TEXT,
    CreationTime: TEXT,
    ModificationTime: TEXT,
  },
);
const domainListMetadata = struct(
  'FirewallDomainListMetadata',
  {},
  { Id: TEXT, Arn: TEXT, Name: TEXT, CreatorRequestId: TEXT, ManagedOwnerName: TEXT },
);
const ruleGroup = struct(
  'FirewallRuleGroup',
  {},
  {
    Id: TEXT,
    Arn: TEXT,
    Name: TEXT,
    RuleCount: NUMBER,
    Status: TEXT,
    StatusMessage: TEXT,
    OwnerId: TEXT,
    CreatorRequestId: TEXT,
    ShareStatus: TEXT,
    CreationTime: TEXT,
    ModificationTime: TEXT,
  },
);
const ruleGroupMetadata = struct(
  'FirewallRuleGroupMetadata',
  {},
  { Id: TEXT, Arn: TEXT, Name: TEXT, OwnerId: TEXT, CreatorRequestId: TEXT, ShareStatus: TEXT },
);
const ruleMembers = {
  BlockResponse: TEXT,
  BlockOverrideDomain: TEXT,
  BlockOverrideDnsType: TEXT,
  BlockOverrideTtl: NUMBER,
  CreatorRequestId: TEXT,
  FirewallDomainRedirectionAction: TEXT,
  Qtype: TEXT,
};
const rule = struct(
  'FirewallRule',
  {},
  {
    FirewallRuleGroupId: TEXT,
    FirewallDomainListId: TEXT,
    Name: TEXT,
    Priority: NUMBER,
    Action: TEXT,
    ...ruleMembers,
    CreationTime: TEXT,
    ModificationTime: TEXT,
  },
);
const association = struct(
  'FirewallRuleGroupAssociation',
  {},
  {
    Id: TEXT,
    Arn: TEXT,
    FirewallRuleGroupId: TEXT,
    VpcId: TEXT,
    Name: TEXT,
    Priority: NUMBER,
    MutationProtection: TEXT,
    ManagedOwnerName: TEXT,
    Status: TEXT,
    StatusMessage: TEXT,
    CreatorRequestId: TEXT,
    CreationTime: TEXT,
    ModificationTime: TEXT,
  },
);
const config = struct(
  'FirewallConfig',
  {},
  { Id: TEXT, ResourceId: TEXT, OwnerId: TEXT, FirewallFailOpen: TEXT },
);

const oneDomainList = { FirewallDomainList: () => domainList };
const oneRuleGroup = { FirewallRuleGroup: () => ruleGroup };
const oneRule = { FirewallRule: () => rule };
const oneAssociation = { FirewallRuleGroupAssociation: () => association };
const oneConfig = { FirewallConfig: () => config };
const byDomainList = { FirewallDomainListId: TEXT };
const byRuleGroup = { FirewallRuleGroupId: TEXT };
const byAssociation = { FirewallRuleGroupAssociationId: TEXT };

/** Name, required members of the input, optional ones, members of the output. */
const OPERATIONS: readonly (readonly [string, Members, Members, Members])[] = [
  [
    'AssociateFirewallRuleGroup',
    { CreatorRequestId: TEXT, ...byRuleGroup, VpcId: TEXT, Priority: NUMBER, Name: TEXT },
    { MutationProtection: TEXT, Tags: () => tags },
    oneAssociation,
  ],
  ['CreateFirewallDomainList', { CreatorRequestId: TEXT, Name: TEXT }, { Tags: () => tags }, oneDomainList],
  [
    'CreateFirewallRule',
    {
      ...byRuleGroup,
      ...byDomainList,
      Priority: NUMBER,
      Action: TEXT,
      Name: TEXT,
    },
    ruleMembers,
    oneRule,
  ],
  ['CreateFirewallRuleGroup', { CreatorRequestId: TEXT, Name: TEXT }, { Tags: () => tags }, oneRuleGroup],
  ['DeleteFirewallDomainList', byDomainList, {}, oneDomainList],
  ['DeleteFirewallRule', { ...byRuleGroup, ...byDomainList }, { Qtype: TEXT }, oneRule],
  ['DeleteFirewallRuleGroup', byRuleGroup, {}, oneRuleGroup],
  ['DisassociateFirewallRuleGroup', byAssociation, {}, oneAssociation],
  ['GetFirewallConfig', { ResourceId: TEXT }, {}, oneConfig],
  ['GetFirewallDomainList', byDomainList, {}, oneDomainList],
  ['GetFirewallRuleGroup', byRuleGroup, {}, oneRuleGroup],
  ['GetFirewallRuleGroupAssociation', byAssociation, {}, oneAssociation],
  [
    'ListFirewallDomainLists',
    {},
    paging,
    {
      NextToken: TEXT,
      FirewallDomainLists: () => list('FirewallDomainListMetadataList', domainListMetadata),
    },
  ],
  ['ListFirewallDomains', byDomainList, paging, { NextToken: TEXT, Domains: TEXTS }],
  [
    'ListFirewallRuleGroupAssociations',
    {},
    { ...byRuleGroup, VpcId: TEXT, Priority: NUMBER, Status: TEXT, ...paging },
    {
      NextToken: TEXT,
      FirewallRuleGroupAssociations: () => list('FirewallRuleGroupAssociations', association),
    },
  ],
  [
    'ListFirewallRuleGroups',
    {},
    paging,
    { NextToken: TEXT, FirewallRuleGroups: () => list('FirewallRuleGroupMetadataList', ruleGroupMetadata) },
  ],
  [
    'ListFirewallRules',
    byRuleGroup,
    { Priority: NUMBER, Action: TEXT, ...paging },
    { NextToken: TEXT, FirewallRules: () => list('FirewallRules', rule) },
  ],
  ['ListTagsForResource', { ResourceArn: TEXT }, paging, { Tags: () => tags, NextToken: TEXT }],
  ['TagResource', { ResourceArn: TEXT, Tags: () => tags }, {}, {}],
  ['UntagResource', { ResourceArn: TEXT, TagKeys: TEXTS }, {}, {}],
  ['UpdateFirewallConfig', { ResourceId: TEXT, FirewallFailOpen: TEXT }, {}, oneConfig],
  [
    'UpdateFirewallDomains',
    { ...byDomainList, Operation: TEXT, Domains: TEXTS },
    {},
    { Id: TEXT, Name: TEXT, Status: TEXT, StatusMessage: TEXT },
  ],
];

const operationOf = ([
  name,
  required,
  optional,
  output,
]: (typeof OPERATIONS)[number]): StaticOperationSchema => [
  9,
  NAMESPACE,
  name,
  0,
  struct(`${name}Request`, required, optional),
  struct(`${name}Response`, {}, output),
];

const ERRORS: Readonly<Record<string, readonly string[]>> = {
  AccessDeniedException: ['Message'],
  ConflictException: ['Message'],
  InternalServiceErrorException: ['Message'],
  LimitExceededException: ['Message', 'ResourceType'],
  ResourceNotFoundException: ['Message', 'ResourceType'],
  ThrottlingException: ['Message'],
  ValidationException: ['Message'],
};

const errorOf = ([name, members]: readonly [string, readonly string[]]): StaticErrorSchema => [
  -3,
  NAMESPACE,
  name,
  { error: name === 'InternalServiceErrorException' ? 'server' : 'client', httpError: 400 },
  [...members],
  members.map(() => TEXT),
];

/** What the catalog reads, as a client package would export it. */
export const ROUTE_53_RESOLVER: {
  readonly exported: Readonly<Record<string, StaticOperationSchema | StaticErrorSchema>>;
  readonly config: {
    readonly protocol: { getShapeId(): string };
    readonly protocolSettings: Readonly<Record<string, unknown>>;
  };
} = {
  exported: Object.fromEntries([
    ...OPERATIONS.map((one) => [one[0], operationOf(one)] as const),
    ...Object.entries(ERRORS).map((one) => [one[0], errorOf(one)] as const),
  ]),
  config: {
    protocol: { getShapeId: () => 'aws.protocols#awsJson1_1' },
    protocolSettings: { serviceTarget: 'Route53Resolver', version: '2018-04-01' },
  },
};
