import type { ResolvedResource } from '@cordon/templates';
import type { Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs, textIn } from '../removal-checks.ts';
import { functionArn, lambdaState, readFunctionName, type LambdaFunction } from './state.ts';

const functionsOf = ({ world, account, region }: Deployment) => world.of(lambdaState, account, region);

/** The ARN of the function that a property names, and the function if it is there. */
const named = (
  resource: ResolvedResource,
  on: Deployment,
  property = 'FunctionName',
): { readonly arn: string; readonly fn: LambdaFunction | undefined } => {
  const reference = textIn(resource, property);
  const place = readFunctionName(reference, on);
  return {
    arn: place === undefined ? reference : functionArn(on.world, place),
    fn: place === undefined ? undefined : functionsOf(on).functions.get(place.name),
  };
};

/** With its policy and its URL. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
const lambdaFunction: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['lambda:DeleteFunction'], arnHere(on, 'lambda', `function:${ref}`)),
  remove: (_resource, { ref }, on) => {
    functionsOf(on).functions.delete(ref);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
const permission: ResourceRemoval = {
  checks: (resource, _created, on) => needs(['lambda:RemovePermission'], named(resource, on).arn),
  remove: (resource, { ref }, on) => {
    named(resource, on).fn?.permissions.delete(ref);
    return undefined;
  },
};

/** Nobody polls the queue any more. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html */
const eventSource: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['lambda:DeleteEventSourceMapping'], arnHere(on, 'lambda', `event-source-mapping:${ref}`)),
  remove: (_resource, { ref }, on) => {
    const { eventSources } = functionsOf(on);
    eventSources.get(ref)?.();
    eventSources.delete(ref);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html */
const url: ResourceRemoval = {
  checks: (resource, _created, on) =>
    needs(['lambda:DeleteFunctionUrlConfig'], named(resource, on, 'TargetFunctionArn').arn),
  remove: (resource, _created, on) => {
    const { fn } = named(resource, on, 'TargetFunctionArn');
    delete fn?.url;
    return undefined;
  },
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
const invokeConfig: ResourceRemoval = {
  checks: (resource, _created, on) =>
    needs(['lambda:DeleteFunctionEventInvokeConfig'], named(resource, on).arn),
  remove: (resource, _created, on) => {
    const { fn } = named(resource, on);
    delete fn?.asynchronous;
    return undefined;
  },
};

/** How Lambda's resources of templates are taken away. */
export const lambdaResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::EventSourceMapping': eventSource,
  'AWS::Lambda::Url': url,
  'AWS::Lambda::EventInvokeConfig': invokeConfig,
};
