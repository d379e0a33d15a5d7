import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { authorize } from './decide/authorize.ts';
import { mutantsOf } from './mutate.ts';
import type { Mutant } from './mutate.ts';

const policy = compile(
  {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ec2:StopInstances', Resource: '*' },
      {
        Sid: 'Share',
        Effect: 'Allow',
        Action: ['ec2:CopySnapshot', 'ec2:ModifySnapshotAttribute'],
        Resource: ['arn:aws:ec2:*::snapshot/*', 'arn:aws:ec2:*:*:volume/*'],
        Condition: {
          StringEquals: { 'ec2:Add/userId': ['222222222222', '333333333333'] },
          'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': 'Incident' },
        },
      },
      { Effect: 'Deny', NotAction: ['s3:*', 'ec2:*'], Resource: '*' },
    ],
  },
  'duty',
);

const removedBy = (kind: Mutant['kind']): readonly string[] =>
  mutantsOf(policy)
    .filter((mutant) => mutant.kind === kind)
    .map(({ removed }) => removed);

describe('mutantsOf', () => {
  it.each<[Mutant['kind'], readonly string[]]>([
    ['statement', ['statement #1', 'statement Share', 'statement #3']],
    [
      'action',
      [
        'action ec2:CopySnapshot',
        'action ec2:ModifySnapshotAttribute',
        'not-action s3:*',
        'not-action ec2:*',
      ],
    ],
    ['resource', ['resource arn:aws:ec2:*::snapshot/*', 'resource arn:aws:ec2:*:*:volume/*']],
    ['principal', []],
    [
      'condition',
      ['condition StringEquals ec2:Add/userId', 'condition ForAllValues:StringLikeIfExists aws:TagKeys'],
    ],
    [
      'condition-value',
      [
        'value 222222222222 of condition StringEquals ec2:Add/userId',
        'value 333333333333 of condition StringEquals ec2:Add/userId',
      ],
    ],
  ])('takes out each %s that has a neighbour or is whole', (kind, removed) => {
    expect(removedBy(kind)).toEqual(removed);
  });

  it('keeps the Sids and the order of the other statements', () => {
    const sids = mutantsOf(policy)
      .filter(({ kind }) => kind === 'statement')
      .map((mutant) => mutant.policy.statements.map(({ sid }) => sid));
    expect(sids).toEqual([
      ['Share', '#3'],
      ['#1', '#3'],
      ['#1', 'Share'],
    ]);
  });

  it('takes out each of several principals', () => {
    const trust = compile(
      {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: {
            AWS: ['111111111111', 'arn:aws:iam::222222222222:user/ada'],
            Service: 'ec2.amazonaws.com',
          },
          Action: 'sts:AssumeRole',
        },
      },
      'trust',
    );
    expect(mutantsOf(trust).map(({ removed }) => removed)).toEqual([
      'statement #1',
      'principal 111111111111',
      'principal arn:aws:iam::222222222222:user/ada',
      'principal ec2.amazonaws.com',
    ]);
  });

  it('gives policies that decide without what was taken out', () => {
    const verdictOf = (of: Mutant['policy'], context: Readonly<Record<string, string>>): string =>
      authorize({
        principal: {
          kind: 'user',
          account: '111111111111',
          arn: 'arn:aws:iam::111111111111:user/a',
          userId: 'AIDA',
        },
        action: 'ec2:CopySnapshot',
        resource: 'arn:aws:ec2:eu-central-1::snapshot/snap-1',
        resourceAccount: undefined,
        context,
        policies: { identity: [of] },
      }).verdict;
    const changed = (context: Readonly<Record<string, string>>): readonly string[] =>
      mutantsOf(policy)
        .filter((mutant) => verdictOf(mutant.policy, context) !== verdictOf(policy, context))
        .map(({ removed }) => removed);
    expect(changed({ 'ec2:Add/userId': '222222222222' })).toEqual([
      'statement Share',
      'action ec2:CopySnapshot',
      'resource arn:aws:ec2:*::snapshot/*',
      'value 222222222222 of condition StringEquals ec2:Add/userId',
      'not-action ec2:*',
    ]);
    expect(changed({ 'ec2:Add/userId': '999999999999' })).toEqual(['condition StringEquals ec2:Add/userId']);
  });
});
