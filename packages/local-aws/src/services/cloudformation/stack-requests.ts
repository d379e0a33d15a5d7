import type { Parameter, Tag } from '@aws-sdk/client-cloudformation';
import type { Call, Check } from '../../core/operation.ts';
import { ServiceFault } from '../../core/fault.ts';
import { s3Address } from '../../wire/s3-address.ts';
import { requestTagContext, resourceTagContext } from '../request-tags.ts';
import { validationError } from './faults.ts';
import { stackState, type ApiStack } from './stack-state.ts';

/** What makes or changes a stack. */
export interface StackInput {
  readonly StackName?: string | undefined;
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly RoleARN?: string | undefined;
  readonly ChangeSetName?: string | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

/** A stack by its name, or by its id when it was deleted. */
export const findStack = (call: Call, wanted: string | undefined): ApiStack | undefined => {
  const { stacks } = call.world.of(stackState, call.caller.account, call.region);
  return [...stacks.values()].find(
    ({ name, id, status }) => id === wanted || (name === wanted && status !== 'DELETE_COMPLETE'),
  );
};

/** A stack. @throws ServiceFault ValidationError. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const requireStack = (call: Call, wanted: string | undefined): ApiStack => {
  const found = findStack(call, wanted);
  if (found === undefined) throw validationError(`Stack with id ${wanted ?? ''} does not exist`);
  return found;
};

/**
 * The check of an operation on a stack, and of the role that is passed with it. A role that a stack has already is used without asking
 * who may pass it: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export const stackChecks = (action: string, call: Call, asked: StackInput): readonly Check[] => {
  const { world, region, caller } = call;
  const { partition } = world.facts;
  const found = findStack(call, asked.StackName);
  const name = asked.StackName ?? '*';
  const resource =
    found?.id ??
    (name.startsWith('arn:')
      ? name
      : `arn:${partition}:cloudformation:${region}:${caller.account}:stack/${name}/*`);
  const given = {
    ...requestTagContext(asked.Tags),
    ...resourceTagContext(found?.tags),
    ...(asked.RoleARN === undefined ? {} : { 'cloudformation:RoleArn': asked.RoleARN }),
    ...(asked.ChangeSetName === undefined ? {} : { 'cloudformation:ChangeSetName': asked.ChangeSetName }),
    ...(asked.TemplateURL === undefined ? {} : { 'cloudformation:TemplateUrl': asked.TemplateURL }),
  };
  const passing: readonly Check[] =
    asked.RoleARN === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource: asked.RoleARN,
            context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
          },
        ];
  return [{ action: `cloudformation:${action}`, resource, context: given }, ...passing];
};

/** S3 under AWS's names, or under the name by which this organization is reached. */
const S3_HOST = /(^|\.)s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$|(^|\.)localhost$|^127\.0\.0\.1$/;

/** Bucket and key of an address of S3. @throws ServiceFault ValidationError */
const objectAt = (address: string): { readonly bucket: string; readonly key: string } => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const { bucket, path } = s3Address(url?.hostname ?? '', url?.pathname ?? '');
  if (url === undefined || bucket === undefined || !S3_HOST.test(url.hostname))
    throw validationError('TemplateURL must be a supported URL.');
  return { bucket, key: decodeURIComponent(path.slice(1)) };
};

/**
 * The text of the template that a request names; one in a bucket is read in the caller's name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (TemplateURL)
 *
 * @throws ServiceFault ValidationError
 */
export const templateText = async (
  { host, caller, region }: Call,
  { TemplateBody: body, TemplateURL: address }: StackInput,
): Promise<string> => {
  if (body !== undefined && address === undefined) return body;
  if (address === undefined || body !== undefined)
    throw validationError('Either Template URL or Template Body must be specified.');
  const { bucket, key } = objectAt(address);
  try {
    const input = { Bucket: bucket, Key: key };
    const read = await host.perform({ caller, region, service: 's3', operation: 'GetObject', input });
    if ('Body' in read && read.Body instanceof Uint8Array) return Buffer.from(read.Body).toString('utf8');
    throw new Error(`GetObject of ${address} gave no body`);
  } catch (error) {
    throw error instanceof ServiceFault ? validationError(`S3 error: ${error.message}`) : error;
  }
};
