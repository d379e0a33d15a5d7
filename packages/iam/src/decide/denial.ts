import { RequestError } from '../errors.ts';
import type { Decision, Layer, PolicyLayer } from './request.ts';

/** A kind of policy in AWS's words, with its article. */
const KINDS: Readonly<Record<PolicyLayer, string>> = {
  'service-control': 'a service control policy',
  'resource-control': 'a resource control policy',
  endpoint: 'a VPC endpoint policy',
  resource: 'a resource-based policy',
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
};

/** Names a kind of policy as AWS's error messages do, e.g. `a service control policy`. */
export function policyKind(layer: PolicyLayer): string {
  return KINDS[layer];
}

/**
 * Gives the tail of AWS's own message for a denied action: `because no session policy allows the ec2:StopInstances action`, or
 * `with an explicit deny in a service control policy`. When several kinds of policy deny, AWS names one; this names the first of
 * the decision. Throws RequestError for a decision that allows.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialReason(decision: Decision, action: string): string {
  if (decision.verdict === 'allow')
    throw new RequestError(
      `${action} is allowed (${decision.why}); only a denied action has a denial reason`,
    );
  const isTrust = /^sts:(?:AssumeRole|TagSession|SetSourceIdentity)/i.test(action);
  const [first] = decision.decisive;
  if (first !== undefined) {
    const kind = isTrust && first.layer === 'resource' ? 'the role trust policy' : policyKind(first.layer);
    return `with an explicit deny in ${kind}`;
  }
  const layer = withholdingLayer(decision.layer);
  const kind = isTrust && layer === 'resource' ? 'role trust policy' : policyKind(layer).replace(/^an? /, '');
  return `because no ${kind} allows the ${action} action`;
}

/** Across accounts it is the policy of the other account's resource that withheld. */
function withholdingLayer(layer: Layer): PolicyLayer {
  if (layer === 'cross-account' || layer === 'grant') return 'resource';
  if (layer !== 'explicit-deny') return layer;
  throw new RequestError(
    'an explicit deny without a statement that denies; pass the decision as authorize gave it',
  );
}
