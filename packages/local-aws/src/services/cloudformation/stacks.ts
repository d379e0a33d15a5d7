import type {
  CreateStackCommandInput,
  CreateStackCommandOutput,
  DeleteStackCommandInput,
  DescribeStackEventsCommandInput,
  DescribeStackEventsCommandOutput,
  DescribeStacksCommandInput,
  DescribeStacksCommandOutput,
  GetTemplateCommandInput,
  GetTemplateCommandOutput,
  Stack as StackView,
  UpdateStackCommandInput,
  UpdateStackCommandOutput,
  UpdateTerminationProtectionCommandInput,
  UpdateTerminationProtectionCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { validationError } from './faults.ts';
import { changeSetOperations } from './change-sets.ts';
import { findStack, requireStack, stackChecks } from './stack-requests.ts';
import { beginDeletion } from './stack-deletion.ts';
import { stackState, type ApiStack } from './stack-state.ts';
import { beginCreation, beginUpdate } from './stack-work.ts';
import { pageOf, parameterList } from './views.ts';
import {
  newStack,
  readStackName,
  readWanted,
  refuseBusy,
  refuseChoices,
  STACK_MEMBERS,
} from './wanted-stack.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const createStack = operation<CreateStackCommandInput, Omit<CreateStackCommandOutput, '$metadata'>>({
  checks: (input, call) => stackChecks('CreateStack', call, input),
  run: async (input, call) => {
    acceptMembers(input, 'CreateStack', [...STACK_MEMBERS, 'EnableTerminationProtection']);
    refuseChoices(input, 'CreateStack');
    const name = readStackName(input.StackName);
    const known = findStack(call, name);
    if (known?.token !== undefined && known.token === input.ClientRequestToken) return { StackId: known.id };
    if (known !== undefined)
      throw new ServiceFault('AlreadyExistsException', `Stack [${name}] already exists`);
    const wanted = await readWanted(call, input);
    const stack = newStack(call, input, wanted);
    stack.isProtected = input.EnableTerminationProtection ?? false;
    beginCreation(call, stack, wanted);
    call.world.of(stackState, call.caller.account, call.region).stacks.set(stack.id, stack);
    return { StackId: stack.id };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html */
const updateStack = operation<UpdateStackCommandInput, Omit<UpdateStackCommandOutput, '$metadata'>>({
  checks: (input, call) => stackChecks('UpdateStack', call, input),
  run: async (input, call) => {
    acceptMembers(input, 'UpdateStack', [...STACK_MEMBERS]);
    refuseChoices(input, 'UpdateStack');
    const stack = requireStack(call, input.StackName);
    if (stack.token !== undefined && stack.token === input.ClientRequestToken) return { StackId: stack.id };
    refuseBusy(stack);
    const { description, ...wanted } = await readWanted(call, input);
    const sameValues = JSON.stringify(wanted.parameters) === JSON.stringify(stack.parameters);
    if (wanted.body === stack.templateBody && sameValues)
      throw validationError('No updates are to be performed.');
    if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
    if (input.ClientRequestToken !== undefined) stack.token = input.ClientRequestToken;
    if (input.Tags !== undefined)
      stack.tags = new Map(input.Tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    if (description !== undefined) stack.description = description;
    stack.updatedAt = call.now;
    beginUpdate(call, stack, wanted);
    return { StackId: stack.id };
  },
});

const stackView = (stack: ApiStack): StackView => ({
  StackId: stack.id,
  StackName: stack.name,
  StackStatus: stack.status,
  CreationTime: new Date(stack.createdAt),
  DisableRollback: false,
  EnableTerminationProtection: stack.isProtected,
  Capabilities: [...stack.capabilities],
  Parameters: parameterList(stack.parameters),
  Tags: [...stack.tags].map(([Key, Value]) => ({ Key, Value })),
  Outputs: Object.entries(stack.standing?.outputs ?? {}).map(([OutputKey, OutputValue]) => ({
    OutputKey,
    OutputValue,
  })),
  ...(stack.description === undefined ? {} : { Description: stack.description }),
  ...(stack.reason === undefined ? {} : { StackStatusReason: stack.reason }),
  ...(stack.roleArn === undefined ? {} : { RoleARN: stack.roleArn }),
  ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
  ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
});

/** Deleted stacks by their id alone. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
const describeStacks = operation<DescribeStacksCommandInput, Omit<DescribeStacksCommandOutput, '$metadata'>>({
  checks: (input, call) => stackChecks('DescribeStacks', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeStacks', ['NextToken', 'StackName']);
    if (input.StackName !== undefined) return { Stacks: [stackView(requireStack(call, input.StackName))] };
    const { stacks } = call.world.of(stackState, call.caller.account, call.region);
    const standing = [...stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
    const { items, next } = pageOf(standing, { NextToken: input.NextToken });
    return { Stacks: items.map(stackView), ...(next === undefined ? {} : { NextToken: next }) };
  },
});

/** Newest first. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html */
const describeStackEvents = operation<
  DescribeStackEventsCommandInput,
  Omit<DescribeStackEventsCommandOutput, '$metadata'>
>({
  checks: (input, call) => stackChecks('DescribeStackEvents', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeStackEvents', ['NextToken', 'StackName']);
    const { events } = requireStack(call, input.StackName);
    const { items, next } = pageOf(events, { NextToken: input.NextToken });
    return { StackEvents: [...items], ...(next === undefined ? {} : { NextToken: next }) };
  },
});

/** There are no macros here, so that both stages are the same. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html */
const getTemplate = operation<GetTemplateCommandInput, Omit<GetTemplateCommandOutput, '$metadata'>>({
  checks: (input, call) => stackChecks('GetTemplate', call, input),
  run: (input, call) => {
    acceptMembers(input, 'GetTemplate', ['StackName', 'TemplateStage']);
    return {
      TemplateBody: requireStack(call, input.StackName).templateBody,
      StagesAvailable: ['Original', 'Processed'],
    };
  },
});

/** A stack that is not there counts as deleted. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
const deleteStack = operation<DeleteStackCommandInput, object>({
  checks: (input, call) => stackChecks('DeleteStack', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DeleteStack', [
      'ClientRequestToken',
      'DeploymentConfig',
      'RetainResources',
      'RoleARN',
      'StackName',
    ]);
    refuseChoices({ DeploymentConfig: input.DeploymentConfig }, 'DeleteStack');
    const stack = findStack(call, input.StackName);
    if (stack === undefined || /^DELETE_(COMPLETE|IN_PROGRESS)$/.test(stack.status)) return {};
    if (stack.isProtected)
      throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    const retain = new Set(input.RetainResources ?? []);
    if (retain.size > 0 && stack.status !== 'DELETE_FAILED')
      throw validationError(
        `RetainResources is for a stack that is in DELETE_FAILED; ${stack.name} is in ${stack.status}`,
      );
    const standing = new Set(stack.standing?.resources.map(({ logicalId }) => logicalId));
    const strange = [...retain].find((logicalId) => !standing.has(logicalId));
    if (strange !== undefined)
      throw validationError(`Stack [${stack.name}] has no resource ${strange} that is left to delete`);
    if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
    beginDeletion(call, stack, retain);
    return {};
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html */
const updateTerminationProtection = operation<
  UpdateTerminationProtectionCommandInput,
  Omit<UpdateTerminationProtectionCommandOutput, '$metadata'>
>({
  checks: (input, call) => stackChecks('UpdateTerminationProtection', call, input),
  run: (input, call) => {
    acceptMembers(input, 'UpdateTerminationProtection', ['EnableTerminationProtection', 'StackName']);
    const stack = requireStack(call, input.StackName);
    stack.isProtected = input.EnableTerminationProtection ?? false;
    return { StackId: stack.id };
  },
});

/** Stacks of one account and Region, asked for by the API. Not there: drift, hooks and notifications. */
export const stackOperations: Readonly<Record<string, Operation>> = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  DescribeStacks: describeStacks,
  DescribeStackEvents: describeStackEvents,
  GetTemplate: getTemplate,
  ...changeSetOperations,
  DeleteStack: deleteStack,
  UpdateTerminationProtection: updateTerminationProtection,
};
