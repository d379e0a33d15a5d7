import { ACCOUNTS, CONTAINED, HOME, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const SIBLING = 'i-0c0ffee0000000099';
const ORDERS = 'arn:aws:s3:::shop-orders/2026/11/21.csv';

const sourceOf = (instanceId: string, region: string = HOME): string =>
  `arn:aws:ec2:${region}:${ACCOUNTS.member}:instance/${instanceId}`;

/** A session of a role: the name it was made with, and the instance that its credentials were issued to, if any. */
const session = (name: string, source?: string): NonNullable<PowerCase['given']> => ({
  'aws:userid': `AROA0000000000000SHOP:${name}`,
  ...(source === undefined ? {} : { 'ec2:SourceInstanceARN': source }),
});

const WORK = { action: 's3:GetObject', on: ORDERS } as const;
const FLEET: Who = 'workload with contained instances';
const deniedBy = (...sids: readonly string[]): PowerCase['answer'] => ({
  deniedBy: sids.map((sid) => `member/cordon-deny-contained-sessions/${sid}`),
});

const containedCases: readonly PowerCase[] = CONTAINED.flatMap((id, index): readonly PowerCase[] => {
  const place = index + 1;
  const which = `contained instance ${place} of a role`;
  const at = { ...WORK, as: FLEET };
  return [
    {
      ...at,
      name: `${which} reads the shop's orders`,
      given: session(id, sourceOf(id)),
      answer: deniedBy(`BySessionName${place}`, `BySourceInstance${place}`),
    },
    {
      ...at,
      name: `a thief reads the shop's orders with credentials of ${which}, by a way that does not tell the source`,
      given: session(id),
      answer: deniedBy(`BySessionName${place}`),
    },
    {
      ...at,
      name: `a thief reads the shop's orders with credentials of ${which}, in a session of another name`,
      given: session('renamed', sourceOf(id)),
      answer: deniedBy(`BySourceInstance${place}`),
    },
    {
      ...at,
      name: `a thief reads the shop's orders with credentials of ${which}, which runs in another Region`,
      given: session('renamed', sourceOf(id, 'ap-southeast-2')),
      answer: deniedBy(`BySourceInstance${place}`),
    },
  ];
});

/** The deny is of everything, not of what the workload usually does. */
const everythingCases: readonly PowerCase[] = [
  { does: 'asks who it is', action: 'sts:GetCallerIdentity', on: '*' },
  { does: 'lists the instances of the account', action: 'ec2:DescribeInstances', on: '*' },
  {
    does: 'makes itself a way back by a user of the account',
    action: 'iam:CreateAccessKey',
    on: `arn:aws:iam::${ACCOUNTS.member}:user/backdoor`,
  },
].map(({ does, action, on }) => ({
  name: `a contained instance ${does}`,
  as: FLEET,
  action,
  on,
  given: session(CONTAINED[0] ?? ''),
  answer: deniedBy('BySessionName1'),
}));

const sparedCases: readonly PowerCase[] = [
  {
    ...WORK,
    name: 'the healthy sibling of contained instances goes on reading orders under their role',
    as: FLEET,
    given: session(SIBLING, sourceOf(SIBLING)),
    answer: 'allowed',
  },
  {
    ...WORK,
    name: 'a person goes on reading orders under the role of contained instances',
    as: FLEET,
    given: session('ada@example.com'),
    answer: 'allowed',
  },
  {
    ...WORK,
    name: 'an instance whose marks a release took off its role reads orders, though the deny is still attached',
    as: 'workload after its release',
    given: session(CONTAINED[0] ?? '', sourceOf(CONTAINED[0] ?? '')),
    answer: 'allowed',
  },
  {
    ...WORK,
    name: 'a contained instance whose role does not carry the deny yet reads orders',
    as: 'workload',
    given: session(CONTAINED[0] ?? '', sourceOf(CONTAINED[0] ?? '')),
    answer: 'allowed',
  },
];

const AGENT = {
  'ssmmessages:CreateControlChannel': 'asks for the channel by which it is told what to do',
  'ssmmessages:OpenControlChannel': 'opens the channel by which it is told what to do',
  'ssmmessages:CreateDataChannel': "asks for a channel for a session's data",
  'ssmmessages:OpenDataChannel': "opens a channel for a session's data",
  'ec2messages:GetEndpoint': 'asks where messages are',
  'ec2messages:GetMessages': 'looks for messages',
  'ec2messages:AcknowledgeMessage': 'says that a message came',
  'ec2messages:SendReply': 'answers a message',
  'ec2messages:FailMessage': 'says that a message failed',
  'ec2messages:DeleteMessage': 'deletes a message that is dealt with',
} as const;

const agentCases: readonly PowerCase[] = [
  { does: 'says that it is there', action: 'ssm:UpdateInstanceInformation', on: sourceOf(SIBLING) },
  ...Object.entries(AGENT).map(([action, does]) => ({ does, action, on: '*' })),
].map(({ does, action, on }) => ({
  name: `the agent of a quarantined instance ${does}`,
  as: 'quarantined instance',
  action,
  on,
  answer: 'allowed',
}));

const quarantineCases: readonly PowerCase[] = [
  {
    does: 'reads a password from the parameters',
    action: 'ssm:GetParameter',
    on: `arn:aws:ssm:${HOME}:${ACCOUNTS.member}:parameter/shop/database-password`,
  },
  {
    does: 'has another instance run a command',
    action: 'ssm:SendCommand',
    on: sourceOf(SIBLING),
  },
  { does: "reads the shop's orders", ...WORK },
  { does: 'lists the instances of the account', action: 'ec2:DescribeInstances', on: '*' },
].map(({ does, action, on }) => ({
  name: `a quarantined instance ${does}`,
  as: 'quarantined instance',
  action,
  on,
  answer: { deniedBy: ['member/cordon-quarantine/NothingElse'] },
}));

/** What instances of a member can still do after containment: by their old sessions, and by the quarantine profile. */
export const memberInstanceCases: readonly PowerCase[] = [
  ...containedCases,
  ...everythingCases,
  ...sparedCases,
  ...agentCases,
  ...quarantineCases,
];
