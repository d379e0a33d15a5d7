import { describe, expect, it } from 'vitest';
import { BadInput } from '../raw/bad-input.ts';
import { readPolicyFile, type PolicyFile } from './given-policies.ts';

const DENY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoIam', Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
};
const KEY = {
  Statement: [{ Effect: 'Allow', Principal: { AWS: '123412341234' }, Action: 'kms:*', Resource: '*' }],
};

const fileOf = (document: unknown, kind: PolicyFile['kind'] = 'SCP'): PolicyFile => ({
  text: typeof document === 'string' ? document : JSON.stringify(document),
  name: 'theirs.json',
  kind,
});

const described = (content: unknown, type = 'SERVICE_CONTROL_POLICY') => ({
  Policy: { PolicySummary: { Name: 'no-iam', Type: type }, Content: JSON.stringify(content) },
});

const refusalOf = (file: PolicyFile): unknown => {
  try {
    return readPolicyFile(file);
  } catch (error) {
    return error;
  }
};

describe('readPolicyFile', () => {
  it.each<[string, PolicyFile, string]>([
    ['a document', fileOf(DENY), 'SCP theirs.json'],
    ['what describe-policy prints', fileOf(described(DENY)), 'SCP theirs.json'],
    ['what get-key-policy prints', fileOf({ Policy: JSON.stringify(KEY) }, 'key policy'), 'theirs.json'],
  ])('reads %s', (_what, file, name) => {
    const { policy, warnings } = readPolicyFile(file);
    expect(policy.name).toBe(name);
    expect(policy.statements).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('warns of what is doubtful in a document', () => {
    const condition = { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } };
    const { warnings } = readPolicyFile(
      fileOf({ ...DENY, Statement: [{ ...DENY.Statement[0], Condition: condition }] }),
    );
    expect(warnings.map(({ rule, sid }) => [rule, sid])).toEqual([['literal-wildcard', 'NoIam']]);
  });

  it.each<[string, PolicyFile, RegExp]>([
    ['no JSON', fileOf('{"Statement":'), /^SCP theirs\.json: the file is no JSON: /],
    ['a list', fileOf([DENY]), /got a list, wanted an object/],
    ['no statement', fileOf({ Version: '2012-10-17' }), /^SCP theirs\.json: .*Statement/],
    ['an element that IAM does not have', fileOf({ ...DENY, Owner: 'me' }), /Owner/],
    ['a description without a text', fileOf({ Policy: { PolicySummary: {} } }), /no Content with a text/],
    ['broken text in a description', fileOf({ Policy: { Content: '{' } }), /Policy\.Content is no JSON/],
    [
      'an RCP given as an SCP',
      fileOf(described(DENY, 'RESOURCE_CONTROL_POLICY')),
      /type "RESOURCE_CONTROL_POLICY", wanted SERVICE_CONTROL_POLICY/,
    ],
    ['an SCP that names principals', fileOf(KEY), /names principals/],
    [
      'an RCP without a principal',
      fileOf(DENY, 'RCP'),
      /^RCP theirs\.json: statement NoIam: want Effect Deny/,
    ],
    ['a key policy without a principal', fileOf(DENY, 'key policy'), /no statement names a principal/],
    [
      'an SCP that is too long',
      fileOf({
        ...DENY,
        Statement: [{ ...DENY.Statement[0], Resource: `arn:aws:s3:::${'b'.repeat(6000)}` }],
      }),
      /at most 5120/,
    ],
  ])('refuses %s and names the file', (_what, file, message) => {
    const error = refusalOf(file);
    expect(error).toBeInstanceOf(BadInput);
    expect(error).toMatchObject({ code: 'bad-policy', message: expect.stringMatching(message) as string });
  });
});
