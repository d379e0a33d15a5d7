import type { ListCommandsCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { furnished } from './testing.ts';

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
describe('ListCommands', () => {
  it('shows what was sent to an instance, the newest first, once it is visible', async () => {
    const on = await furnished();
    const first = await on.send({ Comment: 'the first' });
    await on.pass(5);
    const second = await on.send({ Comment: 'the second' });
    const listed = async (input: object) => {
      const { Commands = [] } = await on.ask<ListCommandsCommandOutput>('ListCommands', input);
      return Commands.map(({ CommandId, Comment, DocumentName }) => [CommandId, Comment, DocumentName]);
    };
    expect(await listed({ InstanceId: on.instance.instanceId })).toEqual([[first, 'the first', 'hello']]);
    await on.pass(5);
    expect(await listed({ InstanceId: on.instance.instanceId })).toEqual([
      [second, 'the second', 'hello'],
      [first, 'the first', 'hello'],
    ]);
    expect(await listed({ CommandId: second })).toHaveLength(1);
    expect(await listed({ InstanceId: 'i-0fffffffffffffff0' })).toEqual([]);
  });

  it('refuses what is not there', async () => {
    const on = await furnished();
    await expect(on.ask('ListCommands', { CommandId: 'none' })).rejects.toMatchObject({
      code: 'InvalidCommandId',
    });
    await expect(on.ask('ListCommands', { Filters: [] })).rejects.toMatchObject({ message: /Filters/ });
  });
});
