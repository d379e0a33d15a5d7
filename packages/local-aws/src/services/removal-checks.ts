import type { ResolvedResource } from '@cordon/templates';
import type { Check, Deployment } from '../core/operation.ts';

/**
 * What CloudFormation's role must be allowed to take a resource away: the service's own actions that its type is deleted with.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html (handlers, delete)
 */
export const needs = (actions: readonly string[], resource: string): readonly Check[] =>
  actions.map((action) => ({ action, resource, assumed: true }));

/** ARN of a resource of the account and Region that a stack is in. */
export const arnHere = (
  { world, account, region }: Pick<Deployment, 'world' | 'account' | 'region'>,
  service: string,
  resource: string,
): string => `arn:${world.facts.partition}:${service}:${region}:${account}:${resource}`;

/** A property that was a text when its resource was made. */
export const textIn = (
  { properties }: Pick<ResolvedResource, 'properties'>,
  name: string,
  absent = '',
): string => {
  const value = properties[name];
  return typeof value === 'string' ? value : absent;
};
