import { KEY_ALIASES } from '@cordon/incident';
import type { Names, Statement } from './statement.ts';

/**
 * The keys of the Regions' vaults, through S3 of their own Region alone. Key ids are random, so that their alias names them.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
 */
export const regionVaultKeys = (
  { partition, evidenceAccount }: Pick<Names, 'partition' | 'evidenceAccount'>,
  actions: readonly string[],
): Statement => ({
  Sid: 'RegionVaultKeys',
  Effect: 'Allow',
  Action: actions,
  Resource: `arn:${partition}:kms:*:${evidenceAccount}:key/*`,
  Condition: {
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': KEY_ALIASES.vault },
    StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' },
  },
});
