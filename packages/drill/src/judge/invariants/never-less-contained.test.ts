import {
  SESSION_DENY_POLICY_NAME,
  chainedDenyDocument,
  chainedDenyPolicyName,
  sessionDenyDocument,
  sessionDenyPolicyName,
} from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun } from '../testing/good-run.ts';
import type { Entry } from '../testing/journal-book.ts';
import { INTERFACES, ISOLATION_GROUP, SIBLING, SUSPECT, WEB_GROUP } from '../testing/places.ts';
import { brokenIn, call, contain, found, member, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a rule is added',
    tamper: (run) => call(run, contain('ec2 AuthorizeSecurityGroupIngress')),
    says: /AuthorizeSecurityGroupIngress by cordon-contain: it opens/,
  },
  {
    when: 'an interface is put back into an open group',
    tamper: (run) =>
      call(
        run,
        contain('ec2 ModifyNetworkInterfaceAttribute', {
          NetworkInterfaceId: INTERFACES[0],
          Groups: [WEB_GROUP],
        }),
      ),
    says: /no isolation group of ours/,
  },
  {
    when: 'an interface is put into two groups',
    tamper: (run) =>
      call(
        run,
        contain('ec2 ModifyNetworkInterfaceAttribute', {
          NetworkInterfaceId: INTERFACES[0],
          Groups: [ISOLATION_GROUP, WEB_GROUP],
        }),
      ),
    says: /into 2 groups/,
  },
  {
    when: 'a name is taken out of a domain list',
    tamper: (run) => call(run, contain('route53resolver UpdateFirewallDomains', { Operation: 'REMOVE' })),
    says: /takes names from a domain list/,
  },
  {
    when: 'a rule lets names through',
    tamper: (run) => call(run, contain('route53resolver CreateFirewallRule', { Action: 'ALLOW' })),
    says: /its rule lets names through/,
  },
  {
    when: 'an address is associated',
    tamper: (run) => call(run, contain('ec2 AssociateAddress')),
    says: /AssociateAddress/,
  },
  {
    when: 'a profile of another kind is associated',
    tamper: (run) =>
      call(run, {
        ...contain('ec2 ReplaceIamInstanceProfileAssociation', { IamInstanceProfile: { Name: 'web-app' } }),
        at: 850,
      }),
    says: /associates web-app/,
  },
  {
    when: 'the deny is detached',
    tamper: (run) =>
      call(run, {
        ...contain('iam DetachRolePolicy', { PolicyArn: 'the-deny' }),
        by: asDuty('revoke-credentials'),
      }),
    says: /detaches the-deny/,
  },
  {
    when: 'the deny loses its mark',
    tamper: (run) => call(run, { ...contain('iam UntagRole'), by: asDuty('revoke-credentials') }),
    says: /UntagRole/,
  },
  {
    when: 'the instance is started',
    tamper: (run) => call(run, contain('ec2 StartInstances')),
    says: /StartInstances/,
  },
  {
    when: 'a contained interface ends in an open group',
    tamper: (run) => void (found(member(run).networkInterfaces.get(INTERFACES[1])).groups = [WEB_GROUP]),
    says: /was contained, and now eni-0aaaaaaaaaaaaaaa2/,
    also: ['contained-only-after-read-back'],
  },
  {
    when: 'the isolation group has a rule in the end',
    tamper: (run) =>
      void (found(member(run).securityGroups.get(ISOLATION_GROUP)).permissions = [
        ...found(member(run).securityGroups.get(WEB_GROUP)).permissions,
      ]),
    says: /has 1 rule/,
    also: ['contained-only-after-read-back'],
  },
  {
    when: 'groups of an instance are changed as a whole',
    tamper: (run) => call(run, contain('ec2 ModifyInstanceAttribute', { Groups: [WEB_GROUP] })),
    says: /changes the network of an instance/,
  },
  {
    when: 'another policy than the deny is attached',
    tamper: (run) =>
      call(run, {
        ...contain('iam AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
        by: asDuty('revoke-credentials'),
      }),
    says: /attaches .*AdministratorAccess/,
  },
  {
    when: 'an interface is put into a group that does not exist',
    tamper: (run) =>
      call(
        run,
        contain('ec2 ModifyNetworkInterfaceAttribute', {
          NetworkInterfaceId: INTERFACES[0],
          Groups: ['sg-none'],
        }),
      ),
    says: /sg-none does not exist/,
  },
  {
    when: 'a group that merely looks like ours holds an interface',
    tamper: (run) => found(member(run).securityGroups.get(ISOLATION_GROUP)).tags.clear(),
    says: /no isolation group of ours/,
    also: ['contained-only-after-read-back'],
  },
];

const denyOf = (instanceId: string): string => sessionDenyDocument({ partition: 'aws', instanceId });

/** The revoke duty writes an inline policy into the app's role. */
const write = (PolicyDocument: string, PolicyName = sessionDenyPolicyName(SUSPECT)): Entry => ({
  ...contain('iam PutRolePolicy', { RoleName: 'web-app', PolicyName, PolicyDocument }),
  by: asDuty('revoke-credentials'),
});

const writings: readonly (readonly [string, Entry, RegExp])[] = [
  ['an Allow', write(denyOf(SUSPECT).replace('"Deny"', '"Allow"')), /"Allow".* is no deny of everything/],
  [
    'a deny of one action',
    write(denyOf(SUSPECT).replace('"Action":"*"', '"Action":"s3:GetObject"')),
    /no deny of everything/,
  ],
  [
    "a deny of every session of a role, under the name of one session's",
    write(
      chainedDenyDocument({ roleId: 'AROAPUB', sessionName: 'x' }).replace('AROAPUB:x', 'AROAPUB:*'),
      chainedDenyPolicyName(SUSPECT, '0123456789ab'),
    ),
    /denies more than one session/,
  ],
  ['no statement', write('{"Statement":[]}'), /without statements/],
  ['what is no policy', write('deny'), /without statements/],
  ['a policy of another name', write(denyOf(SUSPECT), 'more'), /writes the policy more, which is not/],
  [
    'a policy that bears no instance in its name',
    write(denyOf(SUSPECT), SESSION_DENY_POLICY_NAME),
    new RegExp(`which is not the deny of ${SUSPECT}`),
  ],
  [
    'over the deny of another instance',
    write(denyOf(SUSPECT), sessionDenyPolicyName(SIBLING)),
    new RegExp(`${SIBLING}, which is not the deny of ${SUSPECT}`),
  ],
  [
    'a deny of another instance',
    write(denyOf(SIBLING)),
    new RegExp(`a deny of \\[${SIBLING}\\] in place of ${SUSPECT} alone`),
  ],
  [
    'a deny that names the instance in one of its statements only',
    write(denyOf(SUSPECT).replace(`instance/${SUSPECT}`, `instance/${SIBLING}`)),
    new RegExp(`a deny of \\[${SIBLING}\\] in place of ${SUSPECT} alone`),
  ],
  [
    'a deny that a condition names no instance of',
    write(denyOf(SUSPECT).replace(`*:${SUSPECT}`, '*:i-*')),
    new RegExp(`a deny of \\[\\] in place of ${SUSPECT} alone`),
  ],
];

/** What verification does when it reads an inline deny back. */
const readBack: Entry = { at: 1_500, by: asDuty('verify-containment'), does: 'iam GetRolePolicy' };

describe('never-less-contained', () => {
  it.each(writings)('is broken when the revoke duty writes %s into a role', (_name, entry, says) => {
    const run = goodRun();
    call(run, entry);
    call(run, readBack);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id)).toEqual(['never-less-contained']);
    expect(broken[0]?.detail).toMatch(says);
  });

  it("takes the inline deny of the incident's own instance for containment, however often it is written", () => {
    const run = goodRun();
    for (const entry of [write(denyOf(SUSPECT)), write(denyOf(SUSPECT)), readBack]) call(run, entry);
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['never-less-contained', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'never-less-contained')?.detail).toMatch(says);
  });

  it('takes a call that failed for one that opened nothing', () => {
    const run = goodRun();
    call(run, { ...contain('ec2 AssociateAddress'), failed: 'InvalidAllocationID.NotFound' });
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it.each([
    'ec2 AuthorizeSecurityGroupEgress',
    'ec2 ModifySecurityGroupRules',
    'ec2 AttachNetworkInterface',
    'ec2 AssignPrivateIpAddresses',
    'ec2 AssignIpv6Addresses',
    'ec2 DeleteTags',
    'iam DeleteRolePolicy',
    'iam DeletePolicy',
    'iam CreatePolicyVersion',
    'iam SetDefaultPolicyVersion',
    'iam AddRoleToInstanceProfile',
  ])('is broken by %s of ours, whatever its input', (does) => {
    const run = goodRun();
    call(run, contain(does));
    expect(brokenIn(run.remains).map(({ id }) => id)).toEqual(['never-less-contained']);
  });
});
