import { describe, expect, it } from 'vitest';
import { stepsOf } from '../plan/steps.ts';
import { driftIds, facts, left, nic, plan, type Now } from './drift.fixture.ts';
import type { AroundInstance } from './drift.ts';

const entriesOf = (networkAclId: string) =>
  left.paths.acls.find((one) => one.networkAclId === networkAclId)?.entries ?? [];
const withSubnet = (more: Partial<AroundInstance['paths']['subnets'][number]>): Now => ({
  around: {
    paths: { ...left.paths, subnets: left.paths.subnets.map((one) => ({ ...one, ...more })) },
  },
});
const ownAcl = (entries: readonly (typeof left.paths.acls)[number]['entries'][number][]): Now => ({
  facts: {
    subnets: facts.subnets.map((one) => ({ ...one, networkAclId: 'acl-1' })),
    networkAcls: [{ networkAclId: 'acl-1', subnetIds: ['subnet-1'], entries: [...entries] }],
  },
});
const [denyOut] = stepsOf(plan, 'deny-remote-addresses').flatMap(({ entries }) => entries);
const allowFirst = { ruleNumber: 1, egress: true, allow: true, cidr: '0.0.0.0/0' };

/** What was done to it, what is found, and the release step by which people would have done it. */
const CASES: readonly (readonly [string, Now, readonly string[], (readonly string[])?])[] = [
  [
    'a longer timeout',
    { facts: { networkInterfaces: [{ ...nic, tcpEstablishedSeconds: 432_000 }] } },
    ['timeout:eni-1'],
    ['restore-connection-timeout:eni-1'],
  ],
  [
    'another network ACL of the subnet, with the entries of ours in none',
    {
      ...withSubnet({ networkAclId: 'acl-2' }),
      around: {
        paths: {
          ...left.paths,
          acls: [...left.paths.acls, { networkAclId: 'acl-2', entries: [allowFirst] }],
          subnets: left.paths.subnets.map((one) => ({ ...one, networkAclId: 'acl-2' })),
        },
      },
      facts: {
        subnets: facts.subnets.map((one) => ({ ...one, networkAclId: 'acl-2' })),
        networkAcls: [{ networkAclId: 'acl-2', subnetIds: ['subnet-1'], entries: [allowFirst] }],
      },
    },
    ['remote-addresses:acl-2', 'subnet-acl:subnet-1'],
  ],
  [
    'an entry that allows in our closed ACL',
    {
      around: {
        paths: {
          ...left.paths,
          acls: left.paths.acls.map((acl) =>
            acl.networkAclId === 'acl-1' ? acl : { ...acl, entries: [allowFirst] },
          ),
        },
      },
    },
    ['subnet-acl:subnet-1'],
    ['restore-subnet-acl:subnet-1'],
  ],
  [
    'entries of ours that were taken away',
    ownAcl(entriesOf('acl-1').filter(({ ruleNumber }) => ruleNumber !== denyOut?.ruleNumber)),
    ['remote-addresses:acl-1'],
    ['remove-acl-entries:acl-1'],
  ],
  [
    'an entry that allows before ours',
    ownAcl([allowFirst, ...entriesOf('acl-1').map((one) => ({ ...one, ruleNumber: one.ruleNumber + 1 }))]),
    ['remote-addresses:acl-1'],
  ],
  ['entries of ours as they were', ownAcl(entriesOf('acl-1')), []],
  [
    'another route table',
    {
      ...withSubnet({ routeTableId: 'rtb-1' }),
      facts: {
        subnets: facts.subnets.map((one) => ({
          ...one,
          routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: 'nat-1' }],
        })),
      },
    },
    ['subnet-routes:subnet-1'],
    ['restore-subnet-routes:subnet-1'],
  ],
  [
    'a way out in our empty table',
    {
      facts: {
        subnets: facts.subnets.map((one) => ({
          ...one,
          routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: 'nat-1' }],
        })),
      },
      around: {
        paths: { ...left.paths, ownThings: left.paths.ownThings.map((one) => ({ ...one, open: true })) },
      },
    },
    ['subnet-routes:subnet-1'],
  ],
  [
    'another internet gateway',
    {
      around: {
        paths: {
          ...left.paths,
          gateways: [...left.paths.gateways, { internetGatewayId: 'igw-2', vpcId: 'vpc-1' }],
        },
      },
    },
    ['internet-gateway:vpc-1'],
    ['attach-internet-gateway:igw-1'],
  ],
];

describe('drift of the ways that connections take', () => {
  it.each(CASES.map(([what, now, ids]) => ({ what, now, ids })))('is found in $what', ({ now, ids }) => {
    expect(driftIds(now)).toEqual(ids);
  });

  it.each(CASES.flatMap(([what, now, , lifts]) => (lifts === undefined ? [] : [{ what, now, lifts }])))(
    'is not what people lifted: $what',
    ({ now, lifts }) => {
      expect(driftIds({ ...now, lifted: lifts })).toEqual([]);
    },
  );
});
