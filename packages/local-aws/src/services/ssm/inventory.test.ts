import type { ListInventoryEntriesCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { addInventory } from './inventory.ts';
import { furnished, type Furnished } from './testing.ts';

const TypeName = 'AWS:Application';

const list = (on: Furnished, input: object = {}) =>
  on.ask<ListInventoryEntriesCommandOutput>('ListInventoryEntries', {
    InstanceId: on.instance.instanceId,
    TypeName,
    ...input,
  });

const withApplications = async (count: number): Promise<Furnished> => {
  const on = await furnished();
  addInventory(
    on.organization.world,
    { ...on.place, instanceId: on.instance.instanceId },
    {
      typeName: TypeName,
      schemaVersion: '1.1',
      captureTime: '2026-01-01T00:00:00Z',
      entries: Array.from({ length: count }, (_, index) => ({ Name: `package-${index}` })),
    },
  );
  return on;
};

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html
describe('inventory', () => {
  it('comes by pages of fifty, with the time at which it was captured', async () => {
    const on = await withApplications(60);
    const first = await list(on);
    expect(first).toMatchObject({ TypeName, SchemaVersion: '1.1', CaptureTime: '2026-01-01T00:00:00Z' });
    expect(first.Entries).toHaveLength(50);
    const second = await list(on, { NextToken: first.NextToken });
    expect(second.Entries?.at(-1)).toEqual({ Name: 'package-59' });
    expect(second.NextToken).toBeUndefined();
  });

  it('of another type is empty, and without a time', async () => {
    const answer = await list(await withApplications(1), { TypeName: 'AWS:Network' });
    expect(answer.Entries).toEqual([]);
    expect(answer.CaptureTime).toBeUndefined();
  });

  it('is refused of what is no managed node, of a type that is none, of a page too large, and with filters', async () => {
    const none = await furnished({ guest: false });
    await expect(list(none)).rejects.toMatchObject({ code: 'InvalidInstanceId' });
    const on = await withApplications(1);
    await expect(list(on, { TypeName: 'Application' })).rejects.toMatchObject({
      code: 'InvalidTypeNameException',
    });
    await expect(list(on, { MaxResults: 51 })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(list(on, { NextToken: 'after-x' })).rejects.toThrow('token is not valid');
    await expect(list(on, { Filters: [] })).rejects.toThrow('Filters');
  });
});
