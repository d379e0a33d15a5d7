import { describe, expect, it } from 'vitest';

import { deployStack, readTemplate } from './index.ts';
import type { StackEnvironment } from './index.ts';

const ENVIRONMENT: StackEnvironment = {
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  stackName: 'member',
  parameters: { Names: 'a, b,c' },
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  imports: (name) => `imported ${name}`,
};

/** Resolves one property value beside a bucket `Vault`, a list parameter `Names` and a mapping `Sizes`. */
function resolve(value: unknown, environment: Partial<StackEnvironment> = {}): unknown {
  const template = readTemplate(
    {
      Parameters: { Names: { Type: 'CommaDelimitedList' } },
      Mappings: { Sizes: { 'eu-west-1': { disk: 30, zones: ['x', 'y'] } } },
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Vault: { Type: 'AWS::S3::Bucket' },
        Subject: { Type: 'AWS::S3::Bucket', Properties: { Value: value } },
      },
    },
    'test',
  );
  const found = new Map<string, unknown>();
  deployStack(template, { ...ENVIRONMENT, ...environment }, ({ logicalId, properties }) => {
    found.set(logicalId, properties['Value']);
    return { ref: 'vault-1', attributes: { Arn: 'arn:aws:s3:::vault-1', 'Nested.Name': 'deep' } };
  });
  return found.get('Subject');
}

const region = { Ref: 'AWS::Region' };

describe('an intrinsic function', () => {
  it.each<{ readonly value: unknown; readonly gives: unknown }>([
    { value: { Ref: 'Vault' }, gives: 'vault-1' },
    { value: { Ref: 'Names' }, gives: ['a', 'b', 'c'] },
    { value: { Ref: 'AWS::AccountId' }, gives: '111122223333' },
    { value: { Ref: 'AWS::Partition' }, gives: 'aws' },
    { value: { Ref: 'AWS::URLSuffix' }, gives: 'amazonaws.com' },
    { value: { Ref: 'AWS::StackName' }, gives: 'member' },
    { value: { 'Fn::GetAtt': ['Vault', 'Arn'] }, gives: 'arn:aws:s3:::vault-1' },
    { value: { 'Fn::GetAtt': 'Vault.Nested.Name' }, gives: 'deep' },
    {
      value: { 'Fn::Sub': 'arn:${AWS::Partition}:x:${Vault.Nested.Name}/${Vault}' },
      gives: 'arn:aws:x:deep/vault-1',
    },
    { value: { 'Fn::Sub': '${!aws:PrincipalTag/x} $5 {y}' }, gives: '${aws:PrincipalTag/x} $5 {y}' },
    {
      value: { 'Fn::Sub': ['${who}@${AWS::Region}', { who: { Ref: 'Vault' } }] },
      gives: 'vault-1@eu-west-1',
    },
    { value: { 'Fn::Sub': ['${Vault}', { Vault: 'mine' }] }, gives: 'mine' },
    { value: { 'Fn::Join': ['-', ['a', region, 1, true]] }, gives: 'a-eu-west-1-1-true' },
    { value: { 'Fn::Join': ['/', { Ref: 'Names' }] }, gives: 'a/b/c' },
    { value: { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, gives: 'b' },
    { value: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, gives: 'eu-west-1a' },
    { value: { 'Fn::GetAZs': region }, gives: ['eu-west-1a', 'eu-west-1b'] },
    { value: { 'Fn::FindInMap': ['Sizes', region, 'disk'] }, gives: '30' },
    { value: { 'Fn::FindInMap': ['Sizes', region, 'zones'] }, gives: ['x', 'y'] },
    { value: { 'Fn::If': ['No', 'yes', 'no'] }, gives: 'no' },
    { value: { 'Fn::ImportValue': { 'Fn::Sub': '${AWS::Region}-key' } }, gives: 'imported eu-west-1-key' },
    { value: { 'Fn::Base64': 'héllo' }, gives: 'aMOpbGxv' },
    { value: { 'Fn::Select': [1, { 'Fn::Cidr': ['192.168.0.0/24', '6', '5'] }] }, gives: '192.168.0.32/27' },
    { value: { 'Fn::Cidr': ['255.255.0.0/16', 2, 8] }, gives: ['255.255.0.0/24', '255.255.1.0/24'] },
    {
      value: { Statement: [{ Condition: { Bool: { 'aws:x': true } } }] },
      gives: { Statement: [{ Condition: { Bool: { 'aws:x': true } } }] },
    },
    { value: { Condition: { StringEquals: region } }, gives: { Condition: { StringEquals: 'eu-west-1' } } },
  ])('resolves $value', ({ value, gives }) => {
    expect(resolve(value)).toEqual(gives);
  });

  it.each<{ readonly value: unknown; readonly because: RegExp }>([
    { value: { 'Fn::Length': ['a'] }, because: /'Fn::Length' is not supported/ },
    { value: { 'Fn::Transform': { Name: 'AWS::Include' } }, because: /'Fn::Transform' is not supported/ },
    {
      value: { 'Fn::If': ['No', { 'Fn::ToJsonString': {} }, 'x'] },
      because: /'Fn::ToJsonString' is not supported/,
    },
    { value: { 'Fn::Equals': ['a', 'a'] }, because: /Conditions section only/ },
    { value: { Ref: 'Vault', Other: 1 }, because: /'Ref' must stand alone/ },
    { value: { Ref: 'Nobody' }, because: /'Nobody' is neither a parameter/ },
    { value: { Ref: 'AWS::NotificationARNs' }, because: /supported pseudo parameter/ },
    { value: { 'Fn::If': ['No', { Ref: 'Nobody' }, 'x'] }, because: /'Nobody' is neither/ },
    { value: { 'Fn::If': ['Unknown', 'a', 'b'] }, because: /condition 'Unknown' is not declared/ },
    { value: { 'Fn::GetAtt': ['Names', 'Arn'] }, because: /'Names', which is not a resource/ },
    { value: { 'Fn::GetAtt': 'Vault' }, because: /wanted 'LogicalId.Attribute'/ },
    { value: { 'Fn::GetAtt': ['Vault', region] }, because: /wanted a string/ },
    { value: { 'Fn::Sub': '${Vault' }, because: /never closed/ },
    { value: { 'Fn::Sub': '${Vault Arn}' }, because: /is not a variable/ },
    { value: { 'Fn::Sub': '${}' }, because: /is not a variable/ },
    { value: { 'Fn::Sub': '${Names}' }, because: /wanted text/ },
    { value: { 'Fn::Sub': '${AWS::NoValue}' }, because: /NoValue cannot stand inside Fn::Sub/ },
    { value: { 'Fn::Sub': ['x', { who: 'me' }] }, because: /never uses it/ },
    { value: { 'Fn::Join': ['-', 'abc'] }, because: /wanted a list/ },
    { value: { 'Fn::Join': ['-', [['a']]] }, because: /wanted text/ },
    { value: { 'Fn::Join': ['-'] }, because: /got 1 arguments, wanted 2/ },
    { value: { 'Fn::Select': [2, ['a', 'b']] }, because: /index 2 is outside the list of 2/ },
    { value: { 'Fn::Select': ['-1', ['a']] }, because: /wanted a whole number/ },
    { value: { 'Fn::Split': ['', 'abc'] }, because: /delimiter is empty/ },
    {
      value: { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'disk'] },
      because: /no value at 'us-east-1', 'disk'/,
    },
    {
      value: { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'disk', { DefaultValue: '' }] },
      because: /got 4 arguments/,
    },
    {
      value: { 'Fn::ImportValue': { Ref: 'Vault' } },
      because: /cannot be used in a condition, an export name or Fn::Import/,
    },
    { value: { 'Fn::GetAZs': 'us-east-1' }, because: /zones of 'us-east-1' are not known/ },
    { value: { 'Fn::Cidr': ['2001:db8::/56', 1, 64] }, because: /wanted an IPv4 block/ },
    { value: { 'Fn::Cidr': ['10.0.0.300/16', 1, 8] }, because: /not a valid IPv4 block/ },
    { value: { 'Fn::Cidr': ['10.0.0.1/16', 1, 8] }, because: /host bits set/ },
    { value: { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] }, because: /do not fit/ },
    { value: { 'Fn::Cidr': ['10.0.0.0/24', 0, 4] }, because: /wanted 1 to 256/ },
    { value: null, because: /got null/ },
    { value: 'prefix {{resolve:ssm:/x}}', because: /dynamic reference/ },
    { value: { 'Fn::Join': ['', ['{{resolve', ':ssm:/x}}']] }, because: /dynamic reference/ },
  ])('refuses $value', ({ value, because }) => {
    expect(() => resolve(value)).toThrow(because);
  });

  it('says what the environment lacks', () => {
    const bare: StackEnvironment = {
      account: '1',
      region: 'r',
      partition: 'p',
      stackName: 's',
      parameters: {},
    };
    const deploy = (Value: unknown): unknown =>
      deployStack(
        readTemplate({ Resources: { X: { Type: 'A::B', Properties: { Value } } } }, 't'),
        bare,
        () => ({ ref: '', attributes: {} }),
      );
    expect(() => deploy({ 'Fn::GetAZs': '' })).toThrow(/environment.availabilityZones was not given/);
    expect(() => deploy({ 'Fn::ImportValue': 'key' })).toThrow(/needs export 'key', but environment.imports/);
    expect(() => deploy({ Ref: 'AWS::URLSuffix' })).toThrow(/partition 'p' is not known/);
  });

  it('gives a stack id that is the same each time and differs by account', () => {
    const first = resolve({ Ref: 'AWS::StackId' });
    expect(first).toMatch(
      /^arn:aws:cloudformation:eu-west-1:111122223333:stack\/member\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    expect(resolve({ Ref: 'AWS::StackId' })).toBe(first);
    expect(resolve({ Ref: 'AWS::StackId' }, { account: '444455556666' })).not.toBe(first);
  });

  it('gives the URL suffix of China', () => {
    expect(resolve({ Ref: 'AWS::URLSuffix' }, { partition: 'aws-cn' })).toBe('amazonaws.com.cn');
  });
});
