import { Aws } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { IAM_PATH, SESSION_DENY_POLICY_NAME, SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';

/**
 * Two denies for one tag key, whose value on the role is the id of a contained instance. The first knows the session by
 * its name, which for an instance's role is the instance's id; the second by the instance that the credentials were
 * issued to, wherever they are used. Either alone has gaps (aws-facts 2.5). Sessions of other instances and users that
 * share the role keep working; without the tag neither statement applies.
 */
const denySessionsOf = (tagKey: string, index: number): readonly object[] => {
  const instance = `\${aws:PrincipalTag/${tagKey}}`;
  const tagged = { Null: { [`aws:PrincipalTag/${tagKey}`]: 'false' } };
  const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' };
  return [
    {
      Sid: `BySessionName${index}`,
      ...denyAll,
      Condition: { StringLike: { 'aws:userid': `*:${instance}` }, ...tagged },
    },
    {
      Sid: `BySourceInstance${index}`,
      ...denyAll,
      Condition: {
        ArnLike: { 'ec2:SourceInstanceARN': `arn:${Aws.PARTITION}:ec2:*:*:instance/${instance}` },
        ...tagged,
      },
    },
  ];
};

/** The one managed policy that the revoke duty may attach: it denies everything to the sessions of contained instances. */
export const sessionDenyPolicy = (scope: Construct): CfnManagedPolicy =>
  new CfnManagedPolicy(scope, 'SessionDeny', {
    managedPolicyName: SESSION_DENY_POLICY_NAME,
    path: IAM_PATH,
    description:
      'Denies everything to sessions of the instances that the role carries as cordon-contained tags',
    policyDocument: policyDocument(
      SESSION_DENY_TAG_KEYS.flatMap((key, index) => denySessionsOf(key, index + 1)),
    ),
  });
