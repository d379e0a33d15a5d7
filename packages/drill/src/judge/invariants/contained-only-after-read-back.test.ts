import { sessionDenyDocument, sessionDenyPolicyName } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { addAddress, iamState, seededIds } from '@cordon/local-aws';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun } from '../testing/good-run.ts';
import { INTERFACES, MEMBER, SUSPECT } from '../testing/places.ts';
import { brokenIn, call, drop, found, member, type Tampering, contain } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'interfaces were not read back',
    tamper: (run) => drop(run, 'DescribeNetworkInterfaces'),
    says: /without DescribeNetworkInterfaces after the last change/,
  },
  {
    when: 'groups were not read back',
    tamper: (run) => drop(run, 'DescribeSecurityGroups'),
    says: /without DescribeSecurityGroups/,
  },
  {
    when: 'a change came after the look',
    tamper: (run) => call(run, { at: 1_550, by: asDuty('revoke-credentials'), does: 'iam TagRole' }),
    says: /after the last change/,
  },
  {
    when: 'the acting duty read in place of the inspecting one',
    tamper: (run) => {
      drop(run, 'DescribeNetworkInterfaces');
      call(run, { at: 1_400, by: asDuty('isolate-network'), does: 'ec2 DescribeNetworkInterfaces' });
    },
    says: /without DescribeNetworkInterfaces/,
  },
  {
    when: 'the attached deny was not read back',
    tamper: (run) => drop(run, 'ListAttachedRolePolicies'),
    says: /without ListAttachedRolePolicies after AttachRolePolicy/,
  },
  {
    when: 'a deny that was written was not read back',
    tamper: (run) =>
      call(run, {
        at: 1_100,
        by: asDuty('revoke-credentials'),
        does: 'iam PutRolePolicy',
        input: {
          RoleName: 'web-app',
          PolicyName: sessionDenyPolicyName(SUSPECT),
          PolicyDocument: sessionDenyDocument({ partition: 'aws', instanceId: SUSPECT }),
        },
      }),
    says: /without GetRolePolicy after PutRolePolicy/,
  },
  {
    when: 'one interface was not among those read back',
    tamper: (run) => {
      drop(run, 'DescribeNetworkInterfaces');
      call(run, {
        at: 1_400,
        by: asDuty('verify-containment'),
        does: 'ec2 DescribeNetworkInterfaces',
        output: { NetworkInterfaces: [{ NetworkInterfaceId: INTERFACES[0] }] },
      });
    },
    says: /eni-0aaaaaaaaaaaaaaa2 was not read back/,
  },
  {
    when: 'the session deny is not attached',
    tamper: (run) => void found(run.world.of(iamState, MEMBER, '').roles.get('web-app')).attached.splice(0),
    says: /session under web-app is not denied s3:GetObject/,
  },
  {
    when: 'the role is not marked with the instance',
    tamper: (run) => run.world.of(iamState, MEMBER, '').roles.get('web-app')?.tags.clear(),
    says: /is not denied s3:GetObject/,
  },
  {
    when: 'the old profile is still associated',
    tamper: (run) =>
      void (found(
        [...member(run).profileAssociations.values()].find(({ instanceId }) => instanceId === SUSPECT),
      ).profileArn = `arn:aws:iam::${MEMBER}:instance-profile/web-app`),
    says: /profile .*web-app is associated/,
  },
  {
    when: 'an Elastic IP is left',
    tamper: (run) =>
      void addAddress(member(run), { networkInterfaceId: INTERFACES[0] }, seededIds('address')),
    says: /has the Elastic IP/,
    also: ['never-less-contained'],
  },
];

describe('contained-only-after-read-back', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(
      ['contained-only-after-read-back', ...also].toSorted(),
    );
    expect(broken.find(({ id }) => id === 'contained-only-after-read-back')?.detail).toMatch(says);
  });

  it.each([
    'ec2 RevokeSecurityGroupIngress',
    'ec2 RevokeSecurityGroupEgress',
    'ec2 DisassociateAddress',
    'ec2 DisassociateIamInstanceProfile',
  ])('is broken when %s comes after the look', (does) => {
    const run = goodRun();
    call(run, { ...contain(does), at: 1_550 });
    expect(brokenIn(run.remains).map(({ id }) => id)).toEqual(['contained-only-after-read-back']);
  });
});
