import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { requestRenamed } from './rename-request.ts';

const FROM = { account: '602011160021', region: 'eu-central-1' };
const TO = { account: '123412341234', region: 'us-west-2' };

const request: AuthorizationRequest = {
  principal: {
    kind: 'role-session',
    account: FROM.account,
    roleArn: `arn:aws:iam::${FROM.account}:role/cordon/cordon-acquire`,
    sessionArn: `arn:aws:sts::${FROM.account}:assumed-role/cordon-acquire/inc`,
    roleId: 'AROA1',
    sessionName: 'inc',
  },
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:${FROM.region}:${FROM.account}:key/1`,
  resourceAccount: FROM.account,
  context: {
    'kms:ViaService': `ec2.${FROM.region}.amazonaws.com`,
    'ec2:AvailabilityZone': `${FROM.region}b`,
    other: [`x${FROM.region}`, `${FROM.region}-wl`, `1${FROM.account}`],
  },
  policies: {
    identity: [
      compile(
        {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'kms:*',
            Resource: `arn:aws:kms:${FROM.region}:${FROM.account}:key/*`,
            Condition: { StringEquals: { 'kms:ViaService': `ec2.${FROM.region}.amazonaws.com` } },
          },
        },
        'own',
      ),
    ],
    resource: compile(
      { Statement: { Effect: 'Allow', Principal: { AWS: FROM.account }, Action: 'kms:*', Resource: '*' } },
      'key',
    ),
    grants: [
      {
        granteePrincipalArn: `arn:aws:iam::${FROM.account}:role/x`,
        operations: ['Decrypt'],
        encryptionContextSubset: { 'aws:ebs:id': 'snap-1' },
      },
    ],
  },
  resourcePolicyMode: 'must-allow',
};

describe('requestRenamed', () => {
  const renamed = requestRenamed(FROM, TO)(request);

  it('says principal, resource, condition keys and policies alike, so that the answer stays', () => {
    expect(authorize(request).verdict).toBe('allow');
    expect(authorize(renamed).verdict).toBe('allow');
    expect(renamed).toMatchObject({
      principal: { account: TO.account, roleArn: `arn:aws:iam::${TO.account}:role/cordon/cordon-acquire` },
      resource: `arn:aws:kms:us-west-2:${TO.account}:key/1`,
      resourceAccount: TO.account,
      context: { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com', 'ec2:AvailabilityZone': 'us-west-2b' },
      policies: { grants: [{ granteePrincipalArn: `arn:aws:iam::${TO.account}:role/x` }] },
    });
  });

  it('leaves texts in which account and Region are part of something else', () => {
    expect(renamed.context['other']).toEqual(request.context['other']);
  });

  it('gives the same request back where nothing is to be renamed', () => {
    expect(requestRenamed(FROM, { ...FROM })(request)).toBe(request);
  });
});
