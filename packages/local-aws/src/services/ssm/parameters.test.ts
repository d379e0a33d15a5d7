import type { GetParameterCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { addKey } from '../kms/build.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { addParameter } from './parameters.ts';
import { ssmService } from './service.ts';

const NAME = '/work/secret';
const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${NAME}`;

const store = () => {
  const on = bench(ssmService);
  const put = (more: Partial<Parameters<typeof addParameter>[2]> = {}) =>
    addParameter(on, { account: ACCOUNT, region: REGION }, { name: NAME, value: 's', now: START, ...more });
  const get = (input: object = {}) =>
    on.perform<GetParameterCommandOutput>('GetParameter', { Name: NAME, ...input });
  return { on, put, get };
};

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
describe('GetParameter', () => {
  it('gives a SecureString decrypted, by the newest version', async () => {
    const { put, get } = store();
    put();
    put({ value: 'newer' });
    expect((await get({ WithDecryption: true })).Parameter).toMatchObject({
      Name: NAME,
      ARN,
      Type: 'SecureString',
      Value: 'newer',
      Version: 2,
    });
  });

  it('gives a String as it is', async () => {
    const { put, get } = store();
    put({ type: 'String' });
    expect((await get()).Parameter).toMatchObject({ Type: 'String', Value: 's' });
  });

  it('refuses what is not there, of another account, and what is not implemented', async () => {
    const { on, put, get } = store();
    await expect(get()).rejects.toMatchObject({ code: 'ParameterNotFound' });
    put();
    await expect(
      on.perform('GetParameter', { Name: NAME }, { caller: rootOf(OTHER_ACCOUNT) }),
    ).rejects.toMatchObject({ code: 'ParameterNotFound' });
    await expect(get()).rejects.toThrow('WithDecryption');
    await expect(get({ Name: `${NAME}:1` })).rejects.toThrow('Name with a colon');
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
  it('asks for the key in the caller’s name, through Systems Manager, for this parameter', () => {
    const { on, put } = store();
    put();
    const checks = on.checksOf('GetParameter', { Name: NAME, WithDecryption: true });
    expect(checks).toMatchObject([
      { action: 'ssm:GetParameter', resource: ARN },
      {
        action: 'kms:Decrypt',
        context: {
          'kms:ViaService': `ssm.${REGION}.amazonaws.com`,
          'kms:ResourceAliases': ['alias/aws/ssm'],
          'kms:EncryptionContext:PARAMETER_ARN': ARN,
        },
      },
    ]);
    const { arn: keyArn } = addKey(
      on.world,
      { account: ACCOUNT, region: REGION },
      { ids: on.ids, now: START },
    );
    put({ keyArn });
    expect(on.checksOf('GetParameter', { Name: NAME, WithDecryption: true })[1]?.resource).toBe(keyArn);
    expect(on.checksOf('GetParameter', { Name: NAME })).toHaveLength(1);
  });
});
