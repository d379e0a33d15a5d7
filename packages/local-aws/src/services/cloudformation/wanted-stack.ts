import type { CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import type { Call } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { validationError } from './faults.ts';
import { readParameters, readStackTemplate } from './set-template.ts';
import { findStack, templateText, type StackInput } from './stack-requests.ts';
import type { ApiStack } from './stack-state.ts';
import type { Wanted } from './stack-work.ts';

/** What a stack is brought to, as it was given. */
export interface WantedStack extends Wanted {
  readonly body: string;
  readonly description?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (StackName) */
const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** Members of a request that makes or changes a stack. */
export const STACK_MEMBERS = [
  'Capabilities',
  'ClientRequestToken',
  'DeploymentConfig',
  'NotificationARNs',
  'Parameters',
  'RoleARN',
  'StackName',
  'Tags',
  'TemplateBody',
  'TemplateURL',
] as const;

/** What is taken with its default alone. @throws ServiceFault UnsupportedOperation */
export const refuseChoices = (
  {
    NotificationARNs: arns,
    DeploymentConfig: config,
  }: Pick<CreateStackCommandInput, 'NotificationARNs' | 'DeploymentConfig'>,
  name: string,
): void => {
  if ((arns ?? []).length > 0) throw unimplemented('NotificationARNs', name);
  const { Mode: mode, ...others } = config ?? {};
  if ((mode ?? 'STANDARD') !== 'STANDARD' || Object.values(others).some((value) => value !== undefined))
    throw unimplemented('DeploymentConfig', name);
};

/** What a request brings a stack to, with the template's text. @throws ServiceFault ValidationError, InsufficientCapabilitiesException */
export const readWanted = async (
  call: Call,
  input: StackInput & Pick<CreateStackCommandInput, 'Capabilities'>,
): Promise<WantedStack> => {
  const body = await templateText(call, input);
  const { template, json } = readStackTemplate(body, {
    name: input.StackName ?? '',
    capabilities: input.Capabilities ?? [],
  });
  const previous = findStack(call, input.StackName)?.parameters ?? {};
  const description = json['Description'];
  return {
    body,
    template,
    parameters: readParameters(input.Parameters, { json, previous }),
    ...(typeof description === 'string' ? { description } : {}),
  };
};

/** A stack's name. @throws ServiceFault ValidationError */
export const readStackName = (name = ''): string => {
  if (!NAME.test(name)) throw validationError(`Value '${name}' at 'stackName' does not match ${NAME.source}`);
  return name;
};

/** A stack that has nothing yet, in no collection. */
export const newStack = (
  call: Call,
  input: Pick<
    CreateStackCommandInput,
    'StackName' | 'Capabilities' | 'Tags' | 'RoleARN' | 'ClientRequestToken'
  >,
  { body, parameters, description }: WantedStack,
): ApiStack => {
  const { partition } = call.world.facts;
  const name = readStackName(input.StackName);
  return {
    name,
    id: `arn:${partition}:cloudformation:${call.region}:${call.caller.account}:stack/${name}/${call.ids.uuid('stack')}`,
    status: 'CREATE_IN_PROGRESS',
    templateBody: body,
    parameters,
    capabilities: input.Capabilities ?? [],
    tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    isProtected: false,
    createdAt: call.now,
    events: [],
    changeSets: new Map(),
    ...(description === undefined ? {} : { description }),
    ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
    ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
  };
};

/** Refuses to change a stack that something is being done to. @throws ServiceFault ValidationError */
export const refuseBusy = ({ name, id, status }: ApiStack): void => {
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status))
    throw validationError(`Stack:${id} is in ${status} state and can not be updated. (${name})`);
};
