import { describe, expect, it } from 'vitest';
import {
  chain,
  lambdaFunction,
  MEMBER,
  organizationWith,
  REGION,
  role,
  rule,
  SECURITY,
} from './organization-testing.ts';

describe('a template', () => {
  it('is refused with an unknown resource type, by name', async () => {
    const organization = await organizationWith({});
    const template = { Resources: { Thing: { Type: 'AWS::Redshift::Cluster', Properties: {} } } };
    expect(() =>
      organization.deploy(template, { account: SECURITY, region: REGION, stackName: 's' }),
    ).toThrow('AWS::Redshift::Cluster Thing');
  });

  it('is refused when a rule transforms its input, which is not implemented', async () => {
    const organization = await organizationWith({});
    const template = {
      Resources: {
        Rule: rule([{ Id: 'a', Arn: `arn:aws:sqs:${REGION}:${SECURITY}:q`, InputTransformer: {} }]),
      },
    };
    expect(() =>
      organization.deploy(template, { account: SECURITY, region: REGION, stackName: 's' }),
    ).toThrow('InputTransformer');
  });

  it('is refused when Lambda may not assume the role of a function', async () => {
    const organization = await organizationWith({});
    const template = {
      Resources: { Role: role('ec2.amazonaws.com', 'wrong'), Step: lambdaFunction('step', 'Role') },
    };
    expect(() =>
      organization.deploy(template, { account: SECURITY, region: REGION, stackName: 's' }),
    ).toThrow('cannot be assumed by Lambda');
  });

  it('is refused when the role of an event source may not read the queue', async () => {
    const organization = await organizationWith({});
    const { IntakeRole: _, ...rest } = chain.Resources;
    const template = { Resources: { ...rest, IntakeRole: role('lambda.amazonaws.com', 'intake') } };
    expect(() =>
      organization.deploy(template, { account: SECURITY, region: REGION, stackName: 's' }),
    ).toThrow('may not ReceiveMessage');
  });

  it('accepts what has no effect in an account', async () => {
    const organization = await organizationWith({});
    const template = {
      Resources: { CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2' } } },
    };
    expect(
      organization.deploy(template, { account: MEMBER, region: REGION, stackName: 's' }).resources,
    ).toHaveLength(1);
  });
});
