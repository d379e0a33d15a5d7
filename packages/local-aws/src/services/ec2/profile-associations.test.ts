import type {
  DescribeIamInstanceProfileAssociationsCommandOutput,
  ReplaceIamInstanceProfileAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../testing.ts';
import type { InstanceSpec } from './build-instance.ts';
import { instanceDurations } from './durations.ts';
import { testNetwork } from './test-network.ts';

const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  const quarantine = on.profile('quarantine');
  const made = on.instance({ profile: on.profile('app'), ...more });
  const shown = async () =>
    (
      await on.perform<DescribeIamInstanceProfileAssociationsCommandOutput>(
        'DescribeIamInstanceProfileAssociations',
        {
          Filters: [{ Name: 'instance-id', Values: [made.instanceId] }],
        },
      )
    ).IamInstanceProfileAssociations?.map((held) => [held.IamInstanceProfile?.Arn, held.State]) ?? [];
  const AssociationId = [...on.state.profileAssociations.keys()][0] ?? '';
  const replacement = { AssociationId, IamInstanceProfile: { Name: 'quarantine' } };
  return { on, made, quarantine, shown, AssociationId, replacement };
};

describe('ReplaceIamInstanceProfileAssociation', () => {
  it('makes a new association, which is associated after a while; the old one is gone', async () => {
    const { on, quarantine, shown, AssociationId, replacement } = furnished();
    const output = await on.perform<ReplaceIamInstanceProfileAssociationCommandOutput>(
      'ReplaceIamInstanceProfileAssociation',
      replacement,
    );
    expect(output.IamInstanceProfileAssociation?.AssociationId).not.toBe(AssociationId);
    expect(await shown()).toEqual([[quarantine.arn, 'associating']]);
    await on.pass(instanceDurations.associateProfile);
    expect(await shown()).toEqual([[quarantine.arn, 'associated']]);
    await expect(on.perform('ReplaceIamInstanceProfileAssociation', replacement)).rejects.toMatchObject({
      code: 'NoSuchAssociation',
    });
  });

  it('refuses an instance that does not run: its association is not active', async () => {
    const { on, shown, replacement } = furnished({ state: 'stopped' });
    await expect(on.perform('ReplaceIamInstanceProfileAssociation', replacement)).rejects.toMatchObject({
      code: 'IncorrectState',
      message: /not the active association/,
    });
    expect((await shown())[0]?.[1]).toBe('associated');
  });

  it('refuses an unknown profile and keeps the old one', async () => {
    const { on, shown, replacement } = furnished();
    const attempt = on.perform('ReplaceIamInstanceProfileAssociation', {
      ...replacement,
      IamInstanceProfile: { Name: 'nobody' },
    });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect((await shown())[0]?.[1]).toBe('associated');
  });

  it('is authorized for the instance and for passing the role inside the profile to EC2', () => {
    const { on, made, quarantine, replacement } = furnished();
    const [instance, pass] = on.checksOf('ReplaceIamInstanceProfileAssociation', replacement);
    expect(instance?.resource).toBe(`arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/${made.instanceId}`);
    expect(instance?.context?.['ec2:NewInstanceProfile']).toBe(quarantine.arn);
    expect(pass).toMatchObject({
      action: 'iam:PassRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/quarantine`,
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    });
  });
});

describe('AssociateIamInstanceProfile', () => {
  const associate = (instanceId: string) => ({
    InstanceId: instanceId,
    IamInstanceProfile: { Name: 'quarantine' },
  });

  it('refuses a second association', async () => {
    const { on, made, shown } = furnished();
    const attempt = on.perform('AssociateIamInstanceProfile', associate(made.instanceId));
    await expect(attempt).rejects.toMatchObject({ code: 'IncorrectState' });
    expect(await shown()).toHaveLength(1);
  });

  it.each(['pending', 'stopping', 'shutting-down'] as const)(
    'refuses an instance that is %s',
    async (state) => {
      const { on, made } = furnished({ state });
      on.state.profileAssociations.clear();
      const attempt = on.perform('AssociateIamInstanceProfile', associate(made.instanceId));
      await expect(attempt).rejects.toMatchObject({ code: 'IncorrectInstanceState' });
    },
  );

  it('gives a stopped instance a profile, and asks whether its role may be passed', async () => {
    const { on, made, quarantine, shown } = furnished({ state: 'stopped' });
    on.state.profileAssociations.clear();
    await on.perform('AssociateIamInstanceProfile', associate(made.instanceId));
    expect(on.checks.map(({ action }) => action).slice(0, 2)).toEqual([
      'ec2:AssociateIamInstanceProfile',
      'iam:PassRole',
    ]);
    expect(await shown()).toEqual([[quarantine.arn, 'associating']]);
  });
});

describe('DisassociateIamInstanceProfile', () => {
  it('is disassociating, then gone; a new association can follow', async () => {
    const { on, made, shown, AssociationId } = furnished();
    const associate = () =>
      on.perform('AssociateIamInstanceProfile', {
        InstanceId: made.instanceId,
        IamInstanceProfile: { Name: 'quarantine' },
      });
    await on.perform('DisassociateIamInstanceProfile', { AssociationId });
    expect((await shown())[0]?.[1]).toBe('disassociating');
    await expect(associate()).rejects.toMatchObject({ code: 'IncorrectState' });
    await on.pass(instanceDurations.disassociateProfile);
    expect(await shown()).toEqual([]);
    await associate();
    expect((await shown())[0]?.[1]).toBe('associating');
  });

  it('works on a stopped instance', async () => {
    const { on, shown, AssociationId } = furnished({ state: 'stopped' });
    await on.perform('DisassociateIamInstanceProfile', { AssociationId });
    await on.pass(instanceDurations.disassociateProfile);
    expect(await shown()).toEqual([]);
  });
});
