import * as z from 'zod';
import { accountId, instanceId, region } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { quoted } from '../quoted.ts';

/** https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html */
const event = z.object({
  source: z.literal('aws.inspector2'),
  'detail-type': z.literal('Inspector2 Finding'),
  region,
  detail: z.object({
    findingArn: z.string().regex(/^arn:aws[a-z-]*:inspector2:[a-z0-9-]+:\d{12}:finding\/[a-f0-9]{32}$/),
    awsAccountId: accountId,
  }),
});

/** What an event of Amazon Inspector claims: which finding, of which account, where. The rest is read from Inspector itself. */
export interface ClaimedWeakness {
  readonly findingArn: string;
  readonly account: z.infer<typeof accountId>;
  readonly region: z.infer<typeof region>;
}

/** An event of Amazon Inspector about a finding; undefined for every other text. */
export const readWeaknessEvent = (body: string): ClaimedWeakness | undefined => {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = event.safeParse(read);
  if (!parsed.success) return undefined;
  const { region: where, detail } = parsed.data;
  return { findingArn: detail.findingArn, account: detail.awsAccountId, region: where };
};

/** A finding of Amazon Inspector as it was read again. */
export interface SeenWeakness {
  readonly severity?: string | undefined;
  readonly status?: string | undefined;
  readonly exploitAvailable?: string | undefined;
  readonly vulnerabilityId?: string | undefined;
  readonly resources: readonly { readonly type?: string | undefined; readonly id?: string | undefined }[];
}

/** What becomes of it: observed or ignored, never more. */
export interface WeaknessVerdict {
  readonly decision: 'observe' | 'ignore';
  readonly reason: string;
}

const RANKS = ['CRITICAL', 'HIGH', 'MEDIUM'] as const;
const rankOf = (severity: string | undefined): number => {
  const rank = RANKS.findIndex((one) => one === severity);
  return rank === -1 ? RANKS.length : rank;
};

/**
 * Whether a weakness of an instance is observed: kept, and told. A weakness is no sign that anybody used it, so no rule contains for it,
 * whatever the policy says of findings. Pure.
 */
export const judgeWeakness = (
  { severity, status, exploitAvailable, vulnerabilityId, resources }: SeenWeakness,
  { inspector }: Pick<Policy, 'inspector'>,
): WeaknessVerdict => {
  const instances = resources.flatMap(({ type, id }) =>
    type === 'AWS_EC2_INSTANCE' && instanceId.safeParse(id).success ? [id] : [],
  );
  const what = `Amazon Inspector's ${quoted(vulnerabilityId ?? 'finding')} of severity ${quoted(severity)}`;
  const ignore = (why: string): WeaknessVerdict => ({ decision: 'ignore', reason: `${what}: ${why}` });
  if (inspector === undefined) return ignore('the policy observes no findings of Inspector');
  if (instances.length === 0) return ignore('it is of no EC2 instance');
  if (status !== 'ACTIVE') return ignore(`it is ${quoted(status)}`);
  if (rankOf(severity) > RANKS.indexOf(inspector.observeFrom))
    return ignore(`the policy observes from ${inspector.observeFrom} on`);
  if (inspector.exploitedOnly && exploitAvailable !== 'YES')
    return ignore('no exploit is known, and the policy observes those alone for which one is');
  return {
    decision: 'observe',
    reason: `${what} on ${instances.join(', ')}${exploitAvailable === 'YES' ? ', for which an exploit is known' : ''}: observed, as the policy says; a weakness alone contains nothing`,
  };
};
