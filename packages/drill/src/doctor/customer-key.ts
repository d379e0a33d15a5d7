import { authorize, type AuthorizationRequest, type CompiledPolicy } from '@cordon/iam';
import type { AskedThere } from './record-checks.ts';
import { requestRenamed } from './rename-request.ts';

const AWS_MANAGED = /^alias\/aws\//;

/** Whether the request is about a key of the member's own making: AWS managed keys have an alias that only AWS gives. */
export const isCustomerKeyOf = (
  { resource, resourceAccount, context, policies }: AuthorizationRequest,
  member: string,
): boolean => {
  if (resourceAccount !== member || !/^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(resource)) return false;
  if (policies.resource === undefined) return false;
  const aliases = context['kms:ResourceAliases'] ?? [];
  return ![aliases].flat().some((alias) => AWS_MANAGED.test(alias));
};

/** `direct`: the key admits the custodian, who copies the disk as it is; `transit`: the member re-encrypts it first. */
export type KeyRoute = 'direct' | 'transit';

/**
 * Which way a disk under a key with this policy takes: the custodian asks for the key's description, and an answer opens the
 * direct way (packages/responder/src/steps/take-custody.ts). Throws where the recording holds no such question.
 */
export const routeUnder = (
  keyPolicy: CompiledPolicy,
  { checks, member }: AskedThere,
  account: string,
): KeyRoute => {
  const probe = checks.find(
    ({ duty, request }) =>
      duty === 'custodian' &&
      request.action === 'kms:DescribeKey' &&
      isCustomerKeyOf(request, member.account),
  );
  if (probe === undefined)
    throw new Error('the recorded response never asked for a customer key: its route is not known');
  const request = requestRenamed(member, { account, region: member.region })(probe.request);
  const { verdict } = authorize({ ...request, policies: { ...request.policies, resource: keyPolicy } });
  return verdict === 'allow' ? 'direct' : 'transit';
};
