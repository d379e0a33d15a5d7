import { describe, expect, it } from 'vitest';

import { readTemplate } from './index.ts';

const X = { Type: 'AWS::S3::Bucket' };
const withX = (more: object): object => ({ Resources: { X: { ...X, ...more } } });
const condition = (C: unknown): object => ({ Conditions: { C }, Resources: { X } });

describe('readTemplate', () => {
  it('accepts every section that CDK writes, the bootstrap rule among them', () => {
    const template = readTemplate(
      {
        AWSTemplateFormatVersion: '2010-09-09',
        Description: 'a stack',
        Metadata: { 'AWS::CloudFormation::Interface': {} },
        Parameters: {
          BootstrapVersion: {
            Type: 'AWS::SSM::Parameter::Value<String>',
            Default: '/cdk/version',
            Description: 'v',
          },
        },
        Rules: {
          CheckBootstrapVersion: {
            Assertions: [
              { Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } },
            ],
          },
        },
        Mappings: { M: { a: { b: 'c' } } },
        Conditions: { C: { 'Fn::Equals': ['a', 'a'] } },
        Resources: {
          X: {
            ...X,
            Condition: 'C',
            DependsOn: [],
            DeletionPolicy: 'Retain',
            UpdateReplacePolicy: 'Retain',
            Metadata: { 'aws:cdk:path': 'a/b' },
            Properties: {},
          },
        },
        Outputs: { O: { Value: 'v', Description: 'd' } },
      },
      'member',
    );
    expect(template.name).toBe('member');
    expect([...template.resources.keys()]).toEqual(['X']);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['something that is not an object', [], /top level: got \[\], wanted an object/],
    ['an unknown section', { Resources: { X }, Hooks: {} }, /'Hooks' is not supported/],
    [
      'a transform',
      { Transform: 'AWS::LanguageExtensions', Resources: { X } },
      /AWS::LanguageExtensions.*macro/,
    ],
    [
      'another format version',
      { AWSTemplateFormatVersion: '2024-01-01', Resources: { X } },
      /wanted "2010-09-09"/,
    ],
    ['a template without resources', {}, /no Resources section/],
    ['another rule', { Rules: { Mine: {} }, Resources: { X } }, /Rules.Mine: rules are not supported/],
    [
      'a macro in place of a name',
      { Resources: { 'Fn::ForEach::All': [] } },
      /'Fn::ForEach::All' is not a name/,
    ],
    [
      'a nested stack',
      { Resources: { N: { Type: 'AWS::CloudFormation::Stack' } } },
      /'AWS::CloudFormation::Stack' is not supported/,
    ],
    [
      'a macro definition',
      { Resources: { N: { Type: 'AWS::CloudFormation::Macro' } } },
      /Macro' is not supported/,
    ],
    ['a resource without type', { Resources: { N: {} } }, /N.Type: got undefined, wanted a string/],
    ['a creation policy', withX({ CreationPolicy: {} }), /'CreationPolicy' is not supported/],
    ['an update policy', withX({ UpdatePolicy: {} }), /'UpdatePolicy' is not supported/],
    ['an unknown deletion policy', withX({ DeletionPolicy: 'Keep' }), /got "Keep", wanted one of Delete/],
    [
      'properties that are a function',
      withX({ Properties: { 'Fn::If': ['C', {}, {}] } }),
      /cannot be a function/,
    ],
    ['null properties', withX({ Properties: null }), /X.Properties: got null/],
    ['a null section', { Resources: { X }, Outputs: null }, /Outputs: got null/],
    ['DependsOn to nothing', withX({ DependsOn: 'Y' }), /DependsOn names 'Y'/],
    ['DependsOn with a function', withX({ DependsOn: { Ref: 'X' } }), /wanted a logical id/],
    ['an undeclared condition', withX({ Condition: 'C' }), /condition 'C' is not declared/],
    [
      'an unknown function in metadata',
      withX({ Metadata: { a: { 'Fn::Length': [] } } }),
      /'Fn::Length' is not supported/,
    ],
    [
      'a parameter named as a resource',
      { Parameters: { X: { Type: 'String' } }, Resources: { X } },
      /the same name/,
    ],
    [
      'a function in a mapping',
      { Mappings: { M: { a: { b: { Ref: 'X' } } } }, Resources: { X } },
      /wanted a string, a number or/,
    ],
    [
      'an unknown output member',
      { Resources: { X }, Outputs: { O: { Value: 'x', Type: 'y' } } },
      /'Type' is not supported/,
    ],
    ['an output without value', { Resources: { X }, Outputs: { O: {} } }, /O.Value: got undefined/],
    [
      'a resource in an export name',
      { Resources: { X }, Outputs: { O: { Value: 'x', Export: { Name: { Ref: 'X' } } } } },
      /an export name/,
    ],
    [
      'a resource in a condition',
      condition({ 'Fn::Equals': [{ Ref: 'X' }, 'a'] }),
      /cannot be used in a condition/,
    ],
    [
      'an attribute in a condition',
      condition({ 'Fn::Equals': [{ 'Fn::GetAtt': ['X', 'Arn'] }, 'a'] }),
      /'attribute' cannot stand/,
    ],
    [
      'a condition of one part',
      condition({ 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }] }),
      /got 1 conditions, wanted 2 to 10/,
    ],
    ['a condition that is a value', condition({ Ref: 'AWS::Region' }), /'Ref' is not a condition/],
    ['a condition that is an object', condition({ Equals: [] }), /this is not a condition/],
    [
      'an undeclared inner condition',
      condition({ 'Fn::Not': [{ Condition: 'D' }] }),
      /condition 'D' is not declared/,
    ],
  ])('refuses %s', (_what, json, message) => {
    expect(() => readTemplate(json, 'member')).toThrow(message);
  });
});
