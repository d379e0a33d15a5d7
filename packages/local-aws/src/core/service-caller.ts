import type { Caller } from './operation.ts';
import type { World } from './world.ts';

/**
 * The caller that an AWS service is when it acts on a resource of its own, with the keys against the confused deputy:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @param service the principal, such as `events.amazonaws.com`
 * @param sourceArn the resource on whose behalf it acts; its account is taken from it
 */
export const serviceCaller = (world: World, service: string, sourceArn: string): Caller => {
  const account = sourceArn.split(':')[4] ?? '';
  return {
    account,
    principal: { kind: 'service', service },
    accessKeyId: '',
    context: {
      'aws:SourceArn': sourceArn,
      'aws:SourceAccount': account,
      ...(world.accounts.has(account) ? { 'aws:SourceOrgID': world.facts.organizationId } : {}),
    },
    sessionPolicies: [],
    transitiveTags: {},
  };
};
