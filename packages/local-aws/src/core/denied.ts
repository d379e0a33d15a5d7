import { denialReason, type Decision } from '@cordon/iam';
import { ServiceFault } from './fault.ts';
import type { Caller, Check } from './operation.ts';

/** The caller as CloudTrail would write it. */
export const arnOf = (caller: Caller): string => {
  const { principal } = caller;
  switch (principal.kind) {
    case 'role-session':
      return principal.sessionArn;
    case 'user':
      return principal.arn;
    case 'root':
      return `arn:aws:iam::${principal.account}:root`;
    case 'service':
      return principal.service;
  }
};

/** What each service answers to a caller that may not; `AccessDeniedException` where nothing else is written here. */
const DENIAL: Readonly<Record<string, string>> = {
  ec2: 'UnauthorizedOperation',
  sns: 'AuthorizationError',
  sts: 'AccessDenied',
  iam: 'AccessDenied',
  s3: 'AccessDenied',
  autoscaling: 'AccessDenied',
  elasticloadbalancing: 'AccessDenied',
  cloudformation: 'AccessDenied',
};

/**
 * What AWS answers to a caller that may not. It tells the kind of policy that denied, never its name or statement: those are in
 * the journal. EC2 adds a message that only AWS can decode, which is left out here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 *
 * @param service the SigV4 signing name of the service that was called
 */
export const denied = (
  service: string,
  refusal: { readonly caller: Caller; readonly check: Check; readonly decision: Decision },
): ServiceFault => {
  const text = denialText(refusal.caller, refusal.check, refusal.decision);
  const message = service === 'ec2' ? `You are not authorized to perform this operation. ${text}` : text;
  return new ServiceFault(DENIAL[service] ?? 'AccessDeniedException', message, {
    status: service === 'kms' || service === 'dynamodb' ? 400 : 403,
  });
};

/** The sentence that every service says. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export const denialText = (caller: Caller, { action, resource }: Check, decision: Decision): string =>
  `User: ${arnOf(caller)} is not authorized to perform: ${action} on resource: ${resource} ${denialReason(decision, action)}`;
