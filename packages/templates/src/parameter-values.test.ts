import { describe, expect, it } from 'vitest';

import { deployStack, readTemplate } from './index.ts';
import type { StackEnvironment } from './index.ts';

/** Gives what `Ref` gives for a parameter `P` that is declared as `declared`. */
function settle(declared: object, environment: Partial<StackEnvironment> = {}): unknown {
  const template = readTemplate(
    {
      Parameters: { P: declared },
      Resources: { X: { Type: 'AWS::S3::Bucket', Properties: { Value: { Ref: 'P' } } } },
    },
    'test',
  );
  let found: unknown;
  const place = {
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    stackName: 's',
    parameters: {},
  };
  deployStack(template, { ...place, ...environment }, ({ properties }) => {
    found = properties['Value'];
    return { ref: 'x', attributes: {} };
  });
  return found;
}

const given = (P: string): Partial<StackEnvironment> => ({ parameters: { P } });
const stored: Partial<StackEnvironment> = { ssmParameters: (name) => (name === '/ami' ? 'ami-1' : 'a,b') };

describe('a parameter', () => {
  it.each<{
    readonly declared: object;
    readonly environment: Partial<StackEnvironment>;
    readonly gives: unknown;
  }>([
    { declared: { Type: 'String', Default: 'd' }, environment: {}, gives: 'd' },
    { declared: { Type: 'String', Default: 'd' }, environment: given('g'), gives: 'g' },
    { declared: { Type: 'String', Default: '' }, environment: {}, gives: '' },
    { declared: { Type: 'Number', Default: 7, MinValue: 7, MaxValue: '7' }, environment: {}, gives: '7' },
    { declared: { Type: 'List<Number>' }, environment: given('1, 2'), gives: ['1', '2'] },
    {
      declared: { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
      environment: given('b,a'),
      gives: ['b', 'a'],
    },
    {
      declared: { Type: 'String', AllowedPattern: '[a-z]+', MinLength: 2, MaxLength: 3 },
      environment: given('abc'),
      gives: 'abc',
    },
    {
      declared: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/ami' },
      environment: stored,
      gives: 'ami-1',
    },
    {
      declared: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/l' },
      environment: stored,
      gives: ['a', 'b'],
    },
  ])('declared as $declared gives $gives', ({ declared, environment, gives }) => {
    expect(settle(declared, environment)).toEqual(gives);
  });

  it.each<{
    readonly declared: object;
    readonly environment: Partial<StackEnvironment>;
    readonly because: RegExp;
  }>([
    {
      declared: { Type: 'String' },
      environment: {},
      because: /Parameters.P: has no Default and no value was given/,
    },
    {
      declared: { Type: 'String' },
      environment: { parameters: { P: '', Q: '1' } },
      because: /'Q' was given but is not declared/,
    },
    {
      declared: { Type: 'String', AllowedValues: ['a'] },
      environment: given('b'),
      because: /got 'b', wanted one of a/,
    },
    {
      declared: { Type: 'CommaDelimitedList', AllowedValues: ['a'] },
      environment: given('a,b'),
      because: /wanted one of a/,
    },
    {
      declared: { Type: 'String', AllowedPattern: '[a-z]' },
      environment: given('ab'),
      because: /wanted a match/,
    },
    {
      declared: { Type: 'String', AllowedPattern: '[' },
      environment: given('a'),
      because: /not a regular expression/,
    },
    { declared: { Type: 'String', MinLength: 2 }, environment: given('a'), because: /at least 2 characters/ },
    { declared: { Type: 'String', MaxLength: 1 }, environment: given('ab'), because: /at most 1 characters/ },
    { declared: { Type: 'Number' }, environment: given('x'), because: /wanted a number/ },
    { declared: { Type: 'Number', MinValue: 5 }, environment: given('4'), because: /at least 5/ },
    { declared: { Type: 'Number', MaxValue: 5 }, environment: given('6'), because: /at most 5/ },
    {
      declared: { Type: 'String', MinValue: 5 },
      environment: given('6'),
      because: /MinValue does not apply/,
    },
    {
      declared: { Type: 'Number', MinLength: 5 },
      environment: given('6'),
      because: /MinLength does not apply/,
    },
    {
      declared: { Type: 'AWS::EC2::VPC::Id' },
      environment: given('vpc-1'),
      because: /type 'AWS::EC2::VPC::Id' is not supported/,
    },
    {
      declared: { Type: 'String', Secret: true },
      environment: given('x'),
      because: /'Secret' is not supported/,
    },
    {
      declared: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
      environment: {},
      because: /ssmParameters was not given/,
    },
    {
      declared: { Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: ['/x'] },
      environment: {},
      because: /not supported with type/,
    },
  ])('declared as $declared is refused: $because', ({ declared, environment, because }) => {
    expect(() => settle(declared, environment)).toThrow(because);
  });
});
