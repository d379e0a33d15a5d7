import type {
  GetFunctionUrlConfigCommandInput,
  GetFunctionUrlConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Deployment } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers } from '../accept-members.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { findFunction, functionArn, lambdaState, readFunctionName, type LambdaFunction } from './state.ts';

/** The one host form of function URLs. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const HOST = /^([a-z0-9]+)\.lambda-url\.([a-z0-9-]+)\.on\.aws(?::443)?$/;

/** The id and the Region of a function URL's host; undefined for any other host. */
export const readUrlHost = (host: string): { readonly id: string; readonly region: string } | undefined => {
  const [, id, region] = HOST.exec(host.toLowerCase()) ?? [];
  return id === undefined || region === undefined ? undefined : { id, region };
};

/** The function behind a host, if there is one. */
export const functionBehind = (world: World, host: string): LambdaFunction | undefined => {
  const named = readUrlHost(host);
  if (named === undefined) return undefined;
  return world
    .all(lambdaState)
    .filter(({ region }) => region === named.region)
    .flatMap(({ state }) => [...state.functions.values()])
    .find(({ url }) => url?.id === named.id);
};

/** Keys of what concerns a function's URL. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const urlKeys = (arn: string, authType = 'AWS_IAM'): Readonly<Record<string, string>> => ({
  'lambda:FunctionArn': arn,
  'lambda:FunctionUrlAuthType': authType,
});

/**
 * Gives a function an HTTPS endpoint whose callers IAM authorizes. `AuthType` NONE, streamed answers, CORS and aliases are not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
 *
 * @param functionNamed finds the function, or throws
 */
export const createFunctionUrl = (
  resource: ResolvedResource,
  deployment: Deployment,
  functionNamed: (reference: string) => LambdaFunction,
): Created => {
  const properties = new ResourceProperties(resource, ['TargetFunctionArn', 'AuthType', 'InvokeMode']);
  const fn = functionNamed(properties.requiredText('TargetFunctionArn'));
  properties.requiredText('AuthType');
  properties.oneOf('AuthType', ['AWS_IAM']);
  properties.oneOf('InvokeMode', ['BUFFERED']);
  if (fn.url !== undefined)
    throw new Error(
      `${resource.type} ${resource.logicalId}: function ${fn.name} has a URL already: a function has one (ResourceConflictException)`,
    );
  const id = deployment.ids.base32('function-url', 32).toLowerCase();
  const host = `${id}.lambda-url.${fn.region}.on.aws`;
  fn.url = { id, host, createdAt: deployment.timeline.now() };
  return { ref: fn.arn, attributes: { FunctionArn: fn.arn, FunctionUrl: `https://${host}/` } };
};

const targetOf = (input: GetFunctionUrlConfigCommandInput, call: Call) =>
  readFunctionName(input.FunctionName ?? '', { account: call.caller.account, region: call.region });

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html */
export const getFunctionUrlConfig = operation<
  GetFunctionUrlConfigCommandInput,
  Omit<GetFunctionUrlConfigCommandOutput, '$metadata'>
>({
  checks: (input, call): readonly Check[] => {
    const place = targetOf(input, call);
    if (place === undefined) return [];
    const resource = functionArn(call.world, place);
    return [
      {
        action: 'lambda:GetFunctionUrlConfig',
        resource,
        account: place.account,
        context: urlKeys(resource),
      },
    ];
  },
  run: (input, call) => {
    acceptMembers(input, 'GetFunctionUrlConfig', ['FunctionName', 'Qualifier']);
    const place = targetOf(input, call);
    const fn =
      place === undefined || place.region !== call.region || input.Qualifier !== undefined
        ? undefined
        : findFunction(call.world, functionArn(call.world, place));
    if (fn?.url === undefined)
      throw new ServiceFault('ResourceNotFoundException', 'The resource you requested does not exist.', {
        status: 404,
      });
    const at = new Date(fn.url.createdAt).toISOString();
    return {
      FunctionUrl: `https://${fn.url.host}/`,
      FunctionArn: fn.arn,
      AuthType: 'AWS_IAM',
      CreationTime: at,
      LastModifiedTime: at,
      InvokeMode: 'BUFFERED',
    };
  },
});
