import type {
  ListInventoryEntriesCommandInput,
  ListInventoryEntriesCommandOutput,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import type { SsmPlace } from './build.ts';
import { badToken, onAll } from './invocations.ts';
import { ssmState, type InventoryItem } from './state.ts';

/** "Minimum value of 1. Maximum value of 50." API_ListInventoryEntries.html */
const PAGE = 50;

/**
 * Gives a node inventory of one type, as its agent sent it; another of that type takes its place.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutInventory.html
 */
export const addInventory = (
  world: World,
  on: SsmPlace & { readonly instanceId: string },
  item: InventoryItem,
): void => {
  const { inventories } = world.of(ssmState, on.account, on.region);
  const held = inventories.get(on.instanceId) ?? new Map<string, InventoryItem>();
  inventories.set(on.instanceId, held.set(item.typeName, item));
};

/**
 * Inventory of one type of one node. A node that was never registered is refused; one of which there is no inventory of that type has no
 * entries, and no time (assumed: the page says nothing of it).
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export const listInventoryEntries = operation<
  ListInventoryEntriesCommandInput,
  Omit<ListInventoryEntriesCommandOutput, '$metadata'>
>({
  checks: () => onAll('ListInventoryEntries'),
  run: (input, { world, caller, region }) => {
    acceptMembers(input, 'ListInventoryEntries', ['InstanceId', 'TypeName', 'MaxResults', 'NextToken']);
    const { InstanceId = '', TypeName = '', MaxResults: size = PAGE, NextToken: token } = input;
    if (!/^(AWS|Custom):./.test(TypeName))
      throw new ServiceFault('InvalidTypeNameException', `The parameter type name ${TypeName} isn't valid.`);
    if (size < 1 || size > PAGE)
      throw new ServiceFault('ValidationException', `MaxResults is ${size}: want 1 to ${PAGE}`);
    const { agents, inventories } = world.of(ssmState, caller.account, region);
    if (!agents.has(InstanceId))
      throw new ServiceFault('InvalidInstanceId', `${InstanceId} is not a managed node of this account.`);
    const item = inventories.get(InstanceId)?.get(TypeName);
    const { items, next } = takePage(item?.entries ?? [], { token, size }, badToken);
    return {
      TypeName,
      InstanceId,
      ...(item === undefined ? {} : { SchemaVersion: item.schemaVersion, CaptureTime: item.captureTime }),
      Entries: items.map((entry) => ({ ...entry })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});
