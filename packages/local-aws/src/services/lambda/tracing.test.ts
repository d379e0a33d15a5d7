import { describe, expect, it } from 'vitest';
import { lambdaFunction, organizationWith, REGION, role, SECURITY } from '../../organization-testing.ts';

const MAY = { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' };

/** Deploys a function with this mode of tracing, whose role has these statements. */
const deploy = async (mode: string, ...statements: readonly object[]): Promise<void> => {
  const organization = await organizationWith({ echo: (event) => Promise.resolve(event) });
  const { Type, Properties } = lambdaFunction('echo', 'Role');
  organization.deploy(
    {
      Resources: {
        Role: role('lambda.amazonaws.com', 'echo', ...statements),
        Echo: { Type, Properties: { ...Properties, TracingConfig: { Mode: mode } } },
      },
    },
    { account: SECURITY, region: REGION, stackName: 's' },
  );
  await organization.close();
};

// https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html (permissions of the execution role)
describe('a function whose tracing is active', () => {
  it('is refused where its role may not send segments', async () => {
    await expect(deploy('Active')).rejects.toThrow(
      /does not have permissions to call PutTraceSegments on XRAY.*allow it in the role/,
    );
    const denied = { ...MAY, Effect: 'Deny' };
    await expect(deploy('Active', MAY, denied)).rejects.toThrow(/explicit deny/);
  });

  it('is made where it may', async () => {
    await expect(deploy('Active', MAY)).resolves.toBeUndefined();
  });
});

describe('a function that passes traces through', () => {
  it('is made without any right: nothing is sent unless somebody upstream has a trace', async () => {
    await expect(deploy('PassThrough')).resolves.toBeUndefined();
  });
});

describe('a function with a mode that Lambda does not have', () => {
  it('is refused', async () => {
    await expect(deploy('Sometimes', MAY)).rejects.toThrow(/Active/);
  });
});
